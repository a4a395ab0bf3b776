using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Dispatch;

namespace Rein.Server.Neighbours;

/// <summary>
/// Tells the other nodes on this store what a commit of this one means to them: stops for sessions that are carried elsewhere, places that are free there
/// again, steps that wait for somebody's worker, runs that somebody may watch.
/// </summary>
sealed class Telling(IStoreSignals signals, CapacityBook capacity)
{
    public void Tell(IReadOnlyList<RunChange> changes)
    {
        var signal = new StoreSignal(
            // A run that begins with this commit is watched by nobody yet.
            [.. changes.Where(change => change.Before is not null).Select(change => change.After.Id)],
            [.. changes.SelectMany(PoolsWithWork).Distinct()])
        {
            Sessions = [.. changes.SelectMany(SessionsElsewhere).Distinct()],
        };
        if (signal is not { Runs.IsEmpty: true, Pools.IsEmpty: true, Sessions.IsEmpty: true })
            signals.Publish(signal);
    }

    static IEnumerable<string?> PoolsWithWork(RunChange change) =>
        change.NewlyOffered.Select(step => change.After.PoolOf(step.Id));

    /// <summary>Whose worker reads here has its frame. One may have gone to another node between the claim and its commit, which nobody there knows of.</summary>
    IEnumerable<Guid> SessionsElsewhere(RunChange change) =>
        change.Change.Effects.Select(SessionToldBy).OfType<Guid>().Concat(SessionsWithFewer(change))
            .Where(session => capacity.Find(session) is not { IsRead: true });

    static Guid? SessionToldBy(Effect effect) => effect switch
    {
        SendStop stop => stop.Attempt.Session,
        Assign assign => assign.Attempt.Session,
        _ => null,
    };

    /// <summary>Its reports may have come to this node while another one hands it steps.</summary>
    static IEnumerable<Guid> SessionsWithFewer(RunChange change)
    {
        foreach (var id in change.Before is null ? [] : change.Change.Touched)
            if (change.Before!.Steps.GetValueOrDefault(id)?.Attempt is { IsProved: false } before
                && change.After.Steps[id].Attempt is var after && (after?.Fence != before.Fence || after.IsProved))
                yield return before.Session;
    }
}
