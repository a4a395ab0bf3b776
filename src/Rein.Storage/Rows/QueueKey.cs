using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Rows;

/// <summary>
/// Where a ready step stands in the queue. It follows from the run and the node alone, so that the row is found again without an
/// index of its own; a step that comes back takes the place that the age of its run gives it.
/// </summary>
/// <param name="Rank">The negated priority: everything sorts upwards.</param>
readonly record struct QueueKey(string Pool, string Kind, Guid Organization, int Rank, DateTimeOffset Since)
{
    public const string DefaultPool = "";

    public static string? NameOf(string pool) => pool == DefaultPool ? null : pool;

    public static QueueKey Of(Run run, string step)
    {
        var node = run.Definition.NodeOf(step);
        return new(run.PoolOf(node) ?? DefaultPool, node.Kind, run.Organization, RankOf(run), run.CreatedAt);
    }

    public static int RankOf(Run run) => -run.Priority;

    /// <summary>Where a blocked run stands under its key; null is before everybody.</summary>
    public static (int Rank, DateTimeOffset Since, Guid Run) PlaceOf(LimitRun? blocked) =>
        blocked is null ? (int.MinValue, DateTimeOffset.UnixEpoch, Guid.Empty) : (-blocked.Priority, blocked.CreatedAt, blocked.Run);
}
