using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Runs;
using Rein.Server.Live;
using System.IO.Pipelines;
using System.Text;

namespace Rein.Server.Dialects.Xpander;

/// <summary>A task while it is under way, as server-sent events: as it was found, as it is after each change, and as it has ended. Whoever hangs up stops nothing.</summary>
sealed class TaskStream(Run run, TaskPages pages, RunWaiter waiter, KeyRing keys, IRunReader reader, TimeProvider time) : IResult
{
    /// <summary>Proxies drop connections that are silent for half a minute.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        using var watch = waiter.Watch(run.Id);
        var output = EventStream.Begin(httpContext);
        TaskDocument? said = null;
        var revision = 0L;
        while (await Now(cancel) is { } now)
        {
            // Whatever is appended wakes whoever watches; it is no change of the task.
            if (now.Revision == revision)
            {
                if (!await Next(output, watch, httpContext))
                    return;
                await output.FlushAsync(cancel);
                continue;
            }
            revision = now.Revision;
            if (await pages.Read(now, cancel) is not { } task)
                return;
            if (said is null)
                Write(output, "task_created", task);
            if (now.HasEnded)
                Write(output, "task_finished", task);
            else if (said is not null && IsNews(said, task))
                Write(output, "task_updated", task);
            await output.FlushAsync(cancel);
            said = task;
            if (now.HasEnded || !await Next(output, watch, httpContext))
                return;
        }
    }

    async Task<Run?> Now(CancellationToken cancel) => (await reader.Find(run.Organization, run.Id, cancel))?.Run;

    /// <summary>What is made anew with every look is compared by how it is written.</summary>
    static bool IsNews(TaskDocument said, TaskDocument now) => !XpanderWire.Bytes(said).AsSpan().SequenceEqual(XpanderWire.Bytes(now));

    void Write(PipeWriter output, string type, TaskDocument task)
    {
        output.Add(Encoding.ASCII.GetBytes($"event: {type}\ndata: "));
        output.Add(XpanderWire.Bytes(new TaskEvent(type, task.Id, task.OrganizationId, time.GetUtcNow(), task)));
        output.Add("\n\n"u8);
    }

    /// <summary>A stream may last for days: it ends when its key does.</summary>
    async Task<bool> Next(PipeWriter output, RunWatch watch, HttpContext context)
    {
        if (!await waiter.Changed(watch, Quiet, context.RequestAborted) || await keys.Verify(context) is null)
            return false;
        output.Add(": \n\n"u8);
        return true;
    }
}

/// <summary>Makes them.</summary>
sealed class TaskStreams(IStores stores, TaskPages pages, RunWaiter waiter, KeyRing keys, TimeProvider time)
{
    public IResult Of(Run run) => new TaskStream(run, pages, waiter, keys, stores.Reader, time);
}
