namespace Rein.Core.Stores;

/// <summary>How many runs under one key may be admitted at once.</summary>
public interface ILimitStore
{
    Task Put(LimitKey key, int max, AuditEntry? audit, CancellationToken cancel);

    Task Put(LimitKey key, int max, CancellationToken cancel) => Put(key, max, null, cancel);

    Task<Limit?> Find(LimitKey key, CancellationToken cancel);

    /// <summary>Live runs that hold a slot.</summary>
    Task<IReadOnlyList<Guid>> Holders(LimitKey key, CancellationToken cancel);

    /// <summary>Keys with room and somebody waiting for it: what a lost signal would have told.</summary>
    Task<IReadOnlyList<LimitKey>> Admissible(int count, CancellationToken cancel);
}
