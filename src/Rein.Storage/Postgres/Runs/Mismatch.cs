using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Runs;

/// <summary>After a guarded write found other rows than were loaded: which run it was.</summary>
sealed class Mismatch(Database database, IReadOnlyList<RunChange> changes)
{
    public async Task<string?> Find() => await FindRun().ConfigureAwait(false) ?? await FindStep().ConfigureAwait(false);

    async Task<string?> FindRun()
    {
        var known = changes.Where(change => change.Before is not null).ToList();
        var heads = await database.Query(
            "Runs/find_revisions",
            cells => (Run: cells.Id(), Revision: cells.Long(), HasEnded: cells.Flag()),
            default,
            Arg.Of([.. known.Select(change => change.After.Id)])).ConfigureAwait(false);
        var moved = known.Find(change => !heads.Contains((change.After.Id, change.Before!.Revision, change.Before.HasEnded)));
        return moved is null ? null : $"Run {moved.After.Id} is not at revision {moved.Before!.Revision} any more, or has ended since it was loaded.";
    }

    async Task<string?> FindStep()
    {
        var known = changes.SelectMany(change => change.Touched.Where(step => change.WasThere(step.Id)), (change, step) => (change.After.Id, Step: step.Id)).ToList();
        var steps = await database.Query(
            "Runs/find_step_states",
            cells => (Run: cells.Id(), Step: cells.Text(), IsOpen: cells.Flag()),
            default,
            Arg.Of([.. known.Select(row => row.Id)]), Arg.Of(known.Select(row => row.Step))).ConfigureAwait(false);
        foreach (var change in changes)
            foreach (var step in change.Touched.Where(step => change.WasThere(step.Id)))
                if (!steps.Contains((change.After.Id, step.Id, change.Before!.Steps[step.Id].IsOpen)))
                    return $"Step {step.Id} of run {change.After.Id} is not as it was loaded.";
        return null;
    }
}
