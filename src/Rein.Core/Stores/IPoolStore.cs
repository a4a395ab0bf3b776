namespace Rein.Core.Stores;

/// <summary>What was decided about pools, and how they are: drains, which hand out nothing new, and stop drills.</summary>
public interface IPoolStore
{
    /// <summary>What was ever set for pools of the organization, by name.</summary>
    Task<IReadOnlyList<PoolRow>> List(Guid organization, CancellationToken cancel);

    /// <summary>What stands in the queue of the organization, per pool and kind.</summary>
    Task<IReadOnlyList<PoolDepth>> Depths(Guid organization, CancellationToken cancel);

    /// <summary>How many attempts each of these sessions holds; one that holds none is not in the answer.</summary>
    Task<IReadOnlyDictionary<Guid, int>> Held(IReadOnlyCollection<Guid> sessions, CancellationToken cancel);

    /// <summary>Nothing new for the pool from here on, or again. Said again, a drain keeps its beginning and takes the new time to hand back.</summary>
    /// <param name="wish">Null ends the drain.</param>
    /// <returns>False: there was no drain to end, and nothing has changed.</returns>
    Task<bool> Drain(PoolKey pool, DrainWish? wish, AuditEntry? audit, CancellationToken cancel);

    /// <summary>The same for one session.</summary>
    /// <returns>False: it is not open, or there was no drain to end.</returns>
    Task<bool> DrainSession(Guid session, DrainWish? wish, AuditEntry? audit, CancellationToken cancel);

    /// <summary>Sets how often stops are tried in the pool, and forgets how the last drill went; null for never.</summary>
    Task SetDrill(PoolKey pool, DrillRule? rule, AuditEntry? audit, CancellationToken cancel);

    /// <summary>All that keeps steps from being handed out, in all organizations.</summary>
    Task<ClosedGates> Closed(CancellationToken cancel);

    /// <summary>Takes drills that are due, for <paramref name="hold"/>: no other node gets them meanwhile, and they come again if this one dies.</summary>
    Task<IReadOnlyList<DueDrill>> TakeDrills(int count, TimeSpan hold, CancellationToken cancel);

    /// <summary>Remembers the run of a drill that was taken: whoever takes it next, because this node died, ends that one first.</summary>
    /// <returns>False: somebody else has taken it since, or there is no drill any more.</returns>
    Task<bool> BeginDrill(DueDrill drill, Guid run, CancellationToken cancel);

    /// <summary>How it went. It is due again after <paramref name="next"/>.</summary>
    /// <param name="result">Null: it did not take place, and says nothing.</param>
    /// <param name="audit">Written where the state of the pool has changed.</param>
    /// <returns>Whether the pool's state has changed.</returns>
    Task<bool> EndDrill(DueDrill drill, DrillResult? result, TimeSpan next, AuditEntry? audit, CancellationToken cancel);
}

/// <param name="Pool">Null is the default pool.</param>
public readonly record struct PoolKey(Guid Organization, string? Pool);

/// <param name="By">Who asked, as in receipts.</param>
/// <param name="HandBackAfter">What is held longer than this is handed back; null for what takes as long as it takes.</param>
public sealed record DrainWish(string By, TimeSpan? HandBackAfter);

/// <param name="Since">By the store's clock, as everything here.</param>
/// <param name="HandBackAt">When the workers hand back what they hold; null for never.</param>
public sealed record Drain(DateTimeOffset Since, string By, DateTimeOffset? HandBackAt);

/// <param name="Within">How long a stop may take, from the ask to the proof.</param>
public sealed record DrillRule(TimeSpan Every, TimeSpan Within);

public enum DrillState
{
    /// <summary>None has been finished yet.</summary>
    Waiting = 0,

    Passed = 1,

    /// <summary>The pool cannot stop what it is given, as far as anybody knows: it is given nothing until a drill passes.</summary>
    Failed = 2,
}

/// <param name="Since">Of the state.</param>
/// <param name="Why">Where it failed: a sentence for people.</param>
/// <param name="LastAt">When the last drill ended; null before the first.</param>
/// <param name="NextAt">When the next one begins; a pool without a session waits for one.</param>
public sealed record DrillView(DrillRule Rule, DrillState State, DateTimeOffset Since, string? Why, DateTimeOffset? LastAt, DateTimeOffset NextAt)
{
    /// <summary>From the ask until the code of the last drill was told; null where nobody said.</summary>
    public TimeSpan? Heard { get; init; }

    /// <summary>From the ask to the proof; null where there was none in time.</summary>
    public TimeSpan? Proved { get; init; }

    /// <summary>The run of the drill that is under way.</summary>
    public Guid? Run { get; init; }
}

public sealed record PoolRow(PoolKey Key, Drain? Drain, DrillView? Drill);

/// <param name="Ready">Steps that wait; at most <see cref="Most"/> are counted.</param>
/// <param name="Oldest">When the oldest run among them was created.</param>
public sealed record PoolDepth(string? Pool, string Kind, long Ready, DateTimeOffset Oldest)
{
    public const int Most = 10_000;
}

/// <param name="IsUnable">Its last drill failed: it is given drills and nothing else.</param>
public sealed record ClosedPool(PoolKey Key, Drain? Drain, bool IsUnable);

/// <param name="Now">The store's clock at the look.</param>
public sealed record ClosedGates(IReadOnlyList<ClosedPool> Pools, IReadOnlyDictionary<Guid, Drain> Sessions, DateTimeOffset Now);

/// <param name="State">As it was when it was taken.</param>
/// <param name="Left">The run of a drill that nobody finished.</param>
/// <param name="Turn">Whose turn it is: counts how often it was taken.</param>
public sealed record DueDrill(PoolKey Key, DrillRule Rule, DrillState State, Guid? Left, long Turn);

/// <param name="Why">Null where it passed.</param>
public sealed record DrillResult(string? Why, TimeSpan? Heard, TimeSpan? Proved);
