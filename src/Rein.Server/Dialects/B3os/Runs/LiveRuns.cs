using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>Follows the runs of a workflow that live, at most 500 of them at once, until they end.</summary>
sealed class LiveRuns(Guid organization, string workflow, IRunReader reader)
{
    const int Most = 500;

    readonly HashSet<Guid> followed = [];
    bool isFirst = true;

    public void Follow(Run run)
    {
        if (run.HasEnded)
            followed.Remove(run.Id);
        else if (followed.Count < Most)
            followed.Add(run.Id);
    }

    /// <returns>Those of the followed that have ended since the last look. Others that live are followed in their place.</returns>
    public async Task<IReadOnlyList<Run>> Ended(CancellationToken cancel)
    {
        if (followed.Count == 0 && !isFirst)
            return [];
        isFirst = false;
        var filter = new RunFilter(organization, Most) { Workflow = workflow, States = [RunState.Queued, RunState.Running, RunState.Waiting] };
        var living = (await reader.List(filter, cancel)).Select(view => view.Run).ToList();
        var ended = new List<Run>();
        foreach (var gone in followed.Except(living.Select(run => run.Id)).ToList())
            if (await reader.Find(organization, gone, cancel) is not { } view)
                followed.Remove(gone);
            else if (view.Run.HasEnded && followed.Remove(gone))
                ended.Add(view.Run);
        foreach (var run in living)
            Follow(run);
        return [.. ended.OrderBy(run => run.EndedAt)];
    }
}
