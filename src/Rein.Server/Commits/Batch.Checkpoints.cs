using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>Where earlier tries had got. A first try has nowhere to go on from, and costs no look.</summary>
sealed partial class Batch
{
    readonly Dictionary<(Guid Run, string Step), ReadOnlyMemory<byte>> checkpoints = [];

    /// <summary>Of the steps that this batch has made ready again.</summary>
    Task FetchCheckpoints(IUnit unit, CancellationToken cancel)
    {
        List<(Guid, string)>? again = null;
        foreach (var tracked in runs.Values)
            if (tracked.Start is { } start)
                Take(start);
            else if (tracked.Change is { } change)
                foreach (var id in change.Touched)
                    if (IsTriedAgain(tracked.Run, id))
                        (again ??= []).Add((tracked.Run.Id, id));
        return again is null ? Task.CompletedTask : FetchCheckpoints(again, unit, cancel);
    }

    /// <summary>What a start brings is written with it, and not there yet.</summary>
    void Take(StartRun start)
    {
        foreach (var (step, json) in start.Checkpoints)
            checkpoints[(start.Run, step)] = json;
    }

    /// <summary>Of what was found in the queue.</summary>
    Task FetchCheckpoints(IReadOnlyList<ReadyStep> steps, IUnit unit, CancellationToken cancel)
    {
        var again = steps.Where(step => runs.TryGetValue(step.Run, out var tracked) && IsTriedAgain(tracked.Run, step.Step))
            .Select(step => (step.Run, step.Step)).ToList();
        return again.Count == 0 ? Task.CompletedTask : FetchCheckpoints(again, unit, cancel);
    }

    /// <summary>A run that repeats another may have been given what its first tries go on from.</summary>
    static bool IsTriedAgain(Run run, string step) =>
        run.Steps.GetValueOrDefault(step) is { State: StepState.Ready } ready && (ready.Attempt is not null || run.Source is not null);

    async Task FetchCheckpoints(List<(Guid Run, string Step)> steps, IUnit unit, CancellationToken cancel)
    {
        foreach (var (step, json) in await unit.FindCheckpoints(steps, cancel))
            checkpoints[step] = json;
    }

    ReadOnlyMemory<byte>? CheckpointOf(Run run, string step) => checkpoints.TryGetValue((run.Id, step), out var json) ? json : default(ReadOnlyMemory<byte>?);
}
