using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>How many runs under one key may be admitted at once.</summary>
public interface ILimitStore
{
    Task Put(LimitKey key, int max, AuditEntry? audit, CancellationToken cancel);

    Task Put(LimitKey key, int max, CancellationToken cancel) => Put(key, max, null, cancel);

    /// <summary>From then on the key has room for everybody. False: there was no limit.</summary>
    Task<bool> Remove(LimitKey key, AuditEntry? audit, CancellationToken cancel);

    Task<bool> Remove(LimitKey key, CancellationToken cancel) => Remove(key, null, cancel);

    Task<LimitView?> Find(LimitKey key, CancellationToken cancel);

    /// <summary>By key, after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<LimitView>> List(Guid organization, string? after, int count, CancellationToken cancel);

    /// <summary>Live runs that hold a slot, the oldest first. They are there with or without a limit.</summary>
    Task<IReadOnlyList<LimitRun>> Holders(LimitKey key, Guid? after, int count, CancellationToken cancel);

    /// <summary>Runs that wait, in the order in which they are admitted.</summary>
    Task<IReadOnlyList<LimitRun>> Queue(LimitKey key, LimitRun? after, int count, CancellationToken cancel);

    /// <summary>What each of some runs waits for: a line per run and key; none for a run that is not blocked.</summary>
    Task<IReadOnlyList<Wait>> Waits(IReadOnlyCollection<Guid> runs, CancellationToken cancel);

    /// <summary>Keys with room and somebody waiting for it, in their order: what a lost signal would have told.</summary>
    Task<IReadOnlyList<LimitKey>> Admissible(LimitKey? after, int count, CancellationToken cancel);
}

/// <param name="Waiting">Blocked runs that name the key.</param>
public sealed record LimitView(Limit Limit, long Waiting);

/// <summary>A run as it stands under a key.</summary>
public sealed record LimitRun(Guid Run, string? Workflow, RunState State, bool IsStopping, int Priority, DateTimeOffset CreatedAt);

/// <param name="Max">Null where the limit was taken away just now.</param>
/// <param name="Place">From 1; above <see cref="FarthestPlace"/> nobody counts, and it is one more than that.</param>
public sealed record Wait(Guid Run, string Key, int? Max, int Held, int Place)
{
    public const int FarthestPlace = 1000;
}
