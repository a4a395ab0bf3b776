using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>
/// Takes away what was kept long enough. Each call is one small transaction; what it leaves undone, a later one does, on whichever node. Where
/// another node is at it, a call does nothing and says so by its count.
/// </summary>
public interface IRetentionStore
{
    /// <summary>Organizations that have runs.</summary>
    Task<IReadOnlyList<Guid>> Organizations(CancellationToken cancel);

    /// <summary>The youngest run that is not among the latest <paramref name="kept"/> ended ones; null where there are no more than those.</summary>
    Task<Guid?> Beyond(Guid organization, int kept, CancellationToken cancel);

    /// <summary>
    /// Prunes runs that have ended, as the rule says. Not those of which an attempt is unproved or a duty undone, that have a child, or whose parent is
    /// kept. From then on they are not there; rows of theirs that nobody can read any more are swept later.
    /// </summary>
    Task<PruneStep> Prune(PruneRule rule, Guid after, CancellationToken cancel);

    /// <summary>Deletes rows of pruned runs, at most <paramref name="count"/>.</summary>
    /// <returns>Their number; 0 when there are none left.</returns>
    Task<int> Sweep(int count, CancellationToken cancel);

    /// <summary>Deletes definitions that nothing refers to.</summary>
    Task<int> PruneDefinitions(int count, CancellationToken cancel);

    /// <summary>
    /// Deletes what the receipts of pruned runs are put together from that ended before <paramref name="age"/> ago, but not their entries: a chain with
    /// a gap proves nothing.
    /// </summary>
    Task<int> PruneReceipts(TimeSpan age, int count, CancellationToken cancel);

    /// <summary>Forgets that there were runs that were pruned a month ago, with their links; not those that were stopped, of which a receipt is left.</summary>
    Task<int> Forget(int count, CancellationToken cancel);

    /// <summary>What is left of a run that was pruned; null where it was not, or long ago.</summary>
    Task<PrunedRun?> Find(Guid organization, Guid run, CancellationToken cancel);
}

/// <param name="Age">Runs that ended so long ago; null for none.</param>
/// <param name="Beyond">Runs as old as this one, or older; null for none.</param>
/// <param name="Look">How many runs are looked at, the oldest first.</param>
public sealed record PruneRule(Guid Organization, TimeSpan? Age, Guid? Beyond, int Look)
{
    /// <summary>Only runs that have this label; null for all.</summary>
    public (string Name, string Value)? Label { get; init; }
}

/// <param name="Last">Where the next look begins; null when all were looked at that could be old enough.</param>
public sealed record PruneStep(int Pruned, Guid? Last);

/// <param name="Run">What its receipt needs of the head; its definition is lost.</param>
public sealed record PrunedRun(Run Run, DateTimeOffset At, ExportView? Export);
