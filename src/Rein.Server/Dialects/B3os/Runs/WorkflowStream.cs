using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Runs;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>`run_started` and `run_finished` of the runs of one workflow, whichever node they are at, until the client leaves or its key ends.</summary>
sealed class WorkflowStream(Guid organization, string workflow, RunPages pages, IRunReader reader, RunWaiter waiter, KeyRing keys) : IResult
{
    /// <summary>Nothing says that a run of a workflow has begun somewhere: it is found by looking.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    readonly NewRuns begun = new(organization, workflow, reader);
    readonly LiveRuns live = new(organization, workflow, reader);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        // What begins between the two is in the second, and told as new at the first look.
        await begun.Next(cancel);
        await live.Ended(cancel);
        var output = new ChangeWriter(httpContext, keys);
        await output.SayAlive();
        using var nothing = waiter.Watch(Guid.Empty);
        var unseen = TimeSpan.Zero;
        while (await waiter.Changed(nothing, Look, cancel))
        {
            await Tell(output, cancel);
            if ((unseen += Look) < ChangeWriter.Quiet)
                continue;
            unseen = TimeSpan.Zero;
            if (!await output.IsOpen())
                return;
        }
    }

    async Task Tell(ChangeWriter output, CancellationToken cancel)
    {
        foreach (var run in await begun.Next(cancel))
        {
            await Write("run_started", run);
            if (run.HasEnded)
                await Write("run_finished", run);
            live.Follow(run);
        }
        foreach (var run in await live.Ended(cancel))
            await Write("run_finished", run);

        async Task Write(string type, Run run)
        {
            var head = await pages.Read(run, Wanted.Summary, cancel);
            output.Write(new() { Type = type, RunId = head.Id, Run = head });
            await output.Flush();
        }
    }
}
