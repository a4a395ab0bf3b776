using System.Collections.Immutable;
using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>Workers' connections, each with one lease over everything it holds.</summary>
public interface ISessionStore
{
    /// <summary>Opens a session. Sessions that the same worker left open are ended, and returned: what they held is lost.</summary>
    Task<IReadOnlyList<Session>> Open(Session session, TimeSpan lease, CancellationToken cancel);

    /// <summary>Extends the lease by the store's clock. False: the session is not open any more.</summary>
    /// <param name="lost">How many of its places are lost to code that ignores its stop.</param>
    /// <param name="capacity">How many places it has from now on; null: as many as before.</param>
    Task<bool> Renew(Guid session, TimeSpan lease, int lost, int? capacity, CancellationToken cancel);

    Task<bool> Renew(Guid session, TimeSpan lease, CancellationToken cancel) => Renew(session, lease, 0, null, cancel);

    Task End(Guid session, CancellationToken cancel);

    /// <summary>The store's clock, by which leases run out.</summary>
    Task<DateTimeOffset> Now(CancellationToken cancel);

    /// <summary>Sessions whose lease had run out at a moment. They are ended by it; nobody else gets the same answer.</summary>
    /// <param name="asOf">What <see cref="Now"/> has said: whoever asks has looked whether that can be true.</param>
    Task<IReadOnlyList<Session>> EndExpired(DateTimeOffset asOf, CancellationToken cancel);

    /// <summary>Gives every open session a full lease: a node that was away itself cannot say who is lost.</summary>
    Task RenewAll(TimeSpan lease, CancellationToken cancel);

    /// <summary>Attempts that are open under sessions that have ended: to be lost, by whichever node comes first.</summary>
    Task<IReadOnlyList<HeldAttempt>> Orphaned(int count, CancellationToken cancel);

    /// <summary>The same of one worker's former sessions, as long as they are remembered, which is a day: all of them.</summary>
    Task<IReadOnlyList<HeldAttempt>> OrphanedOf(Guid? organization, string worker, CancellationToken cancel);

    /// <summary>Open attempts of a session.</summary>
    Task<IReadOnlyList<HeldAttempt>> Held(Guid session, CancellationToken cancel);

    /// <summary>
    /// What the worker of a session has still to be told to end: open attempts whose run is wished to stop, and closed ones of which nobody has
    /// proved that they are gone. Whoever committed it, on whichever node. What goes on as it should costs no row.
    /// </summary>
    Task<IReadOnlyList<OutstandingStop>> Outstanding(Guid session, CancellationToken cancel);

    /// <summary>
    /// Attempts that this worker was handed in any of its sessions, that are over, and of which nobody has proved that they are gone: nobody has said how they ended, or
    /// something was left of them. The oldest first.
    /// </summary>
    Task<IReadOnlyList<HeldAttempt>> Unproved(Guid? organization, string worker, int count, CancellationToken cancel);

    /// <summary>
    /// Those of them that were handed out in earlier sessions of the worker of an open one, and of which nothing was said at all. What somebody could not end is not in it: that is
    /// asked for once, when the worker comes back.
    /// </summary>
    Task<IReadOnlyList<HeldAttempt>> Former(Guid session, int count, CancellationToken cancel);

    /// <summary>Those of these attempts that the worker was handed in any of its sessions, in no order; open ones and closed ones.</summary>
    /// <param name="attempts">Their sessions are not looked at.</param>
    Task<IReadOnlyList<HeldAttempt>> Handed(Guid organization, string worker, IReadOnlyList<HeldAttempt> attempts, CancellationToken cancel);

    /// <summary>The open session of a worker.</summary>
    Task<Session?> FindOf(Guid organization, string worker, CancellationToken cancel);

    /// <summary>One that is open.</summary>
    Task<Session?> Find(Guid session, CancellationToken cancel);

    Task<IReadOnlyList<Session>> List(Guid? organization, CancellationToken cancel);
}

/// <param name="Organization">Null serves every organization: the embedded worker.</param>
/// <param name="Pool">Null is the default pool.</param>
public sealed record Session(
    Guid Id, Guid? Organization, string Worker, string? Pool, ImmutableArray<string> Kinds, int Capacity, DateTimeOffset OpenedAt)
{
    /// <summary>What the worker says of its program; null where it says nothing.</summary>
    public string? Version { get; init; }

    /// <summary>The name of the machine whose node carries it.</summary>
    public string? Node { get; init; }

    /// <summary>Where it came from, as its node saw it; null for the embedded worker.</summary>
    public string? Address { get; init; }

    /// <summary>Null before the first heartbeat.</summary>
    public DateTimeOffset? BeatAt { get; init; }

    /// <summary>Places that are lost to code that ignores its stop, as of the last heartbeat.</summary>
    public int Lost { get; init; }

    /// <summary>Nothing is handed to it any more. Its pool may be drained as well.</summary>
    public Drain? Drain { get; init; }
}

public sealed record HeldAttempt(Guid Run, string Step, long Fence, Guid Session);

/// <param name="IsOpen">False: the server has closed it already, and only its proof is awaited.</param>
/// <param name="Wish">Null where a clean-up without a stop ran out of time.</param>
/// <param name="Now">The store's clock at the look.</param>
public sealed record OutstandingStop(HeldAttempt Attempt, bool IsOpen, StopRequest? Wish, DateTimeOffset Now)
{
    /// <summary>
    /// What is left until the worker kills. What was closed has a grace only where a request closed it, which are those that leave no clean-up: what an
    /// escalation, or the end of a clean-up's budget, has closed has had its time.
    /// </summary>
    public TimeSpan KillIn => Wish is { } wish && (IsOpen || wish.LeavesNoCleanUp()) && wish.GraceEndsAt > Now ? wish.GraceEndsAt - Now : TimeSpan.Zero;
}
