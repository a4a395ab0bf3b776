using System.Globalization;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Runs;
using Rein.Server.Live;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>
/// The events of one run: `run_started`, then `node_updated` with each node that has changed and `run_updated` where the status has, then `run_finished`.
/// Its id is a place in the history, by which a client that reconnects goes on.
/// </summary>
sealed class RunStream(string id, RunView? found, Guid organization, RunPages pages, IRunReader reader, RunWaiter waiter, KeyRing keys) : IResult
{
    const int Page = 500;

    /// <summary>A run that another node starts is found by looking. Its events are there from the first on, so nothing is missed.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Whoever chose an id starts it at once. One that waits longer for it may subscribe again.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Told as over. The end of a run closes the others without a word for each, and whoever came back may not have heard of them.</summary>
    readonly HashSet<string> finished = new(StringComparer.Ordinal);

    long after;
    string? status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        after = Continued(httpContext.Request);
        if (found is { Run.HasEnded: true } && after > 0 && (await reader.Events(found.Run.Id, after, 1, cancel)).Count == 0)
        {
            // Tells a browser that reconnects by itself that there will never be more.
            httpContext.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        var output = new ChangeWriter(httpContext, keys);
        await output.SayAlive();
        if (await UntilStarted(output, cancel) is not { } view)
            return;
        using var watch = waiter.Watch(view.Run.Id);
        while (true)
        {
            // The rows first: the run as it is read behind them is at least as far.
            var rows = await reader.Events(view.Run.Id, after, Page, cancel);
            if (await reader.Find(organization, view.Run.Id, cancel) is not { } now)
                return;
            if (rows.Count > 0)
                await Write(output, now.Run, rows, cancel);
            else if (now.Run.HasEnded)
                return;
            else if (!await Next(watch, output, cancel))
                return;
        }
    }

    static long Continued(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : 0;

    /// <returns>Null: it was waited for long enough, the server shuts down, or the key opens nothing any more.</returns>
    async Task<RunView?> UntilStarted(ChangeWriter output, CancellationToken cancel)
    {
        if (found is not null)
            return found;
        // Nobody publishes a change of what is not there: the watch only ends with the server or the client.
        using var nothing = waiter.Watch(Guid.Empty);
        var (silent, waited) = (TimeSpan.Zero, TimeSpan.Zero);
        while ((waited += Look) < Longest && await waiter.Changed(nothing, Look, cancel))
        {
            if (await pages.Find(organization, id, cancel) is { } view)
                return view;
            if ((silent += Look) < ChangeWriter.Quiet)
                continue;
            silent = TimeSpan.Zero;
            if (!await output.IsOpen())
                return null;
        }
        return null;
    }

    async Task Write(ChangeWriter output, Run run, IReadOnlyList<EventRow> rows, CancellationToken cancel)
    {
        var lines = rows.SelectMany(row => row.Lines).ToList();
        var head = await pages.Read(run, Wanted.Summary, cancel);
        if (lines.Exists(line => line.Kind is RunEventKind.Created))
            output.Write(new() { Type = "run_started", RunId = head.Id, Run = head });
        var isOver = lines.Exists(line => line.Kind is RunEventKind.Ended);
        var nodes = isOver
            ? run.Definition.Nodes.Keys.Where(node => node != Definition.RootId && !finished.Contains(node))
            : lines.Where(line => line.Step is not null).Select(line => NodeOf(run, StepId.Parse(line.Step!).Node)).Distinct(StringComparer.Ordinal);
        await WriteNodes(output, run, head.Id, [.. nodes], cancel);
        after = rows[^1].Seq;
        if (isOver)
            output.Write(new() { Type = "run_finished", RunId = head.Id, Run = head });
        else if (status != head.Status && !lines.Exists(line => line.Kind is RunEventKind.Created))
            output.Write(new() { Type = "run_updated", RunId = head.Id, Run = head });
        status = head.Status;
        output.WritePlace(after);
        await output.Flush();
    }

    async Task WriteNodes(ChangeWriter output, Run run, string shownId, IReadOnlyList<string> nodes, CancellationToken cancel)
    {
        if (nodes.Count == 0)
            return;
        foreach (var (node, how) in (await pages.Read(run, new(Nodes: nodes, WithoutOpenLoops: true), cancel)).ExecutionState!)
        {
            // A loop that goes on would be told with all its iterations at each of them; they are not even read.
            output.Write(new() { Type = "node_updated", RunId = shownId, NodeId = node, Node = how.FinishedAt is null ? how with { Iterations = null } : how });
            if (how.FinishedAt is not null)
                finished.Add(node);
        }
    }

    /// <summary>What happens in a loop is told with the loop.</summary>
    static string NodeOf(Run run, string node) => run.Definition.Nodes.TryGetValue(node, out var found) && found.Loop is { } loop ? loop : node;

    async Task<bool> Next(RunWatch watch, ChangeWriter output, CancellationToken cancel) =>
        await waiter.Changed(watch, ChangeWriter.Quiet, cancel) && await output.IsOpen();
}
