using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>
/// The list of runs, looked at once a second: those that live, and the latest. At a terminal it is drawn anew; everywhere else each run whose state has
/// changed is a line. Two small reads a second are nothing to a server, and miss nothing: who was seen alive is looked up when it has left the list.
/// </summary>
sealed class RunsWatch(ReinClient client, RunQuery query, Action<IReadOnlyList<RunDocument>, IReadOnlyList<RunDocument>> show)
{
    const int MostLive = 500;

    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    static readonly string[] LiveStates = ["queued", "running", "waiting"];

    Dictionary<Guid, string> known = [];
    HashSet<Guid> live = [];

    /// <param name="leave">Ends the watching; no run is touched.</param>
    public async Task Run(CancellationToken leave)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        try
        {
            do
                await Look(leave);
            while (await timer.WaitForNextTickAsync(leave));
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    async Task Look(CancellationToken leave)
    {
        var runs = await Read(leave);
        var changed = runs.Where(run => known.GetValueOrDefault(run.Id) != RunsCommand.StateOf(run)).ToList();
        foreach (var lived in live.Except(runs.Select(run => run.Id)))
            if (await Find(lived, leave) is { HasEnded: true } gone)
                changed.Add(gone);
        known = runs.ToDictionary(run => run.Id, RunsCommand.StateOf);
        live = [.. runs.Where(run => !run.HasEnded).Select(run => run.Id)];
        // Oldest first, as it happened.
        show(runs, [.. changed.OrderBy(run => run.Id)]);
    }

    /// <summary>Those that live first, the newest of each first.</summary>
    async Task<IReadOnlyList<RunDocument>> Read(CancellationToken leave)
    {
        var latest = (await client.ListRuns(query, leave)).Runs;
        if (query.States.Count > 0)
            return latest;
        var open = (await client.ListRuns(query with { States = LiveStates, Limit = MostLive }, leave)).Runs;
        // The second answer is the newer one.
        return [.. open.Concat(latest).DistinctBy(run => run.Id).OrderBy(run => run.HasEnded).ThenByDescending(run => run.Id)];
    }

    /// <summary>Null where it ended unseen long ago, or was pruned.</summary>
    async Task<RunDocument?> Find(Guid run, CancellationToken leave)
    {
        try
        {
            return await client.ReadRun(run, cancel: leave);
        }
        catch (ReinException gone) when (gone.Status is 404)
        {
            return null;
        }
    }
}
