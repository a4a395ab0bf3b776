namespace Rein.Server;

/// <summary>What is kept of runs that have ended, by organization. Without a bound everything is kept for ever.</summary>
public sealed record Retention
{
    /// <summary>How long a run is kept after its end; null for ever.</summary>
    public TimeSpan? KeepRuns { get; init; }

    /// <summary>How many ended runs are kept, the latest; null for all. A run is pruned when one of the two bounds says so.</summary>
    public int? KeepRunsCount { get; init; }

    /// <summary>How long the receipt of a stop is kept after the end of its run; null for ever.</summary>
    public TimeSpan? KeepReceipts { get; init; }

    /// <summary>Runs are pruned at all.</summary>
    public bool HasBounds => KeepRuns is not null || KeepRunsCount is not null;

    /// <summary>What is wrong, in words for the operator.</summary>
    public IEnumerable<string> Faults()
    {
        if (KeepRuns <= TimeSpan.Zero)
            yield return "keepRuns must be longer than 0";
        if (KeepRunsCount < 1)
            yield return "keepRunsCount must be at least 1";
        if (KeepReceipts <= TimeSpan.Zero)
            yield return "keepReceipts must be longer than 0";
        if (KeepReceipts < KeepRuns)
            yield return $"keepReceipts ({KeepReceipts}) must not be shorter than keepRuns ({KeepRuns}): the receipt of a run that is there cannot be missing";
        if (KeepReceipts is not null && !HasBounds)
            yield return "keepReceipts says nothing without keepRuns or keepRunsCount: receipts go after their runs, and all runs are kept";
    }
}
