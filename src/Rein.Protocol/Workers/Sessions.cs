namespace Rein.Protocol.Workers;

/// <summary>A worker's wish to connect.</summary>
/// <param name="Worker">Its name, unique in the installation: a new session of the same worker replaces the old one.</param>
/// <param name="Pool">Null is the default pool.</param>
/// <param name="Kinds">What it can execute.</param>
/// <param name="Capacity">How many attempts at once: at least 1.</param>
/// <param name="Version">What the worker says of its program, for whoever looks at its pool; null for nothing.</param>
public sealed record OpenSession(string Worker, string? Pool, IReadOnlyList<string> Kinds, int Capacity, string? Version = null)
{
    /// <summary>
    /// The session that this process had before under the name; null for its first one. Where another has taken its place meanwhile, and lives, two processes bear the name, and this one is refused:
    /// <c>worker_name_taken</c>.
    /// </summary>
    public Guid? Previous { get; init; }
}

/// <summary>An open session.</summary>
/// <param name="Session">Its id.</param>
/// <param name="HeartbeatMs">How often the worker says that it lives.</param>
/// <param name="LeaseMs">How long the session lives without a heartbeat.</param>
/// <param name="Former">
/// Attempts that this worker was handed in former sessions, that are not its own any more, and of which nobody has proved that they are gone, what it could not end included: whoever
/// can, reports it. At most 10,000.
/// </param>
public sealed record SessionOpened(Guid Session, double HeartbeatMs, double LeaseMs, IReadOnlyList<AttemptRef> Former);

/// <summary>The worker lives, and this is what it holds: all of it, or a digest, which is as long for ten thousand attempts as for one.</summary>
/// <param name="Held">The attempts it has been assigned, and whose one report that ends them has not been answered. Null where the digest says it.</param>
/// <param name="Digest">A <see cref="HeldDigest"/> over those of them that the heartbeat before this one said too.</param>
public sealed record Heartbeat(IReadOnlyList<AttemptRef>? Held, string? Digest = null)
{
    /// <summary>How many attempts at once from now on, 1 to 100,000; null: as many as before. Fewer than it holds: nothing new until enough have ended.</summary>
    public int? Capacity { get; init; }
}

/// <summary>What the worker did not know: frames that were lost, sent again.</summary>
/// <param name="IsOpen">False: the session is over, and so is everything it held; open a new one.</param>
/// <param name="Outstanding">Stops that have not been carried out, assigns that were never confirmed, and the drain, while there is one.</param>
/// <param name="SendHeld">The digest is not the server's: send the list, at once.</param>
public sealed record HeartbeatAnswer(bool IsOpen, IReadOnlyList<CommandFrame> Outstanding, bool SendHeld = false)
{
    /// <summary>
    /// As <see cref="SessionOpened.Former"/>, with every heartbeat until it is proved: what was lost or closed only after the worker had come back, and what was closed and is
    /// not in its list. At most 1,000 of earlier sessions, the oldest first. What is proved is not begun any more, should its assign come after all.
    /// </summary>
    public IReadOnlyList<AttemptRef> Former { get; init; } = [];
}

/// <summary>One worker's way to the server: over HTTP, or in memory. The records are the same.</summary>
public interface IWorkerChannel
{
    /// <summary>
    /// Its frames come from the process itself, posted by the thread that committed them: the worker takes each where it was posted, without a thread between. Otherwise they are read on
    /// a thread of the worker's own, so that code which blocks every thread of the pool keeps no stop from arriving.
    /// </summary>
    bool IsInProcess => false;

    /// <summary>Opens a session. Over HTTP it waits until a server answers.</summary>
    Task<SessionOpened> Open(OpenSession request, CancellationToken cancel);

    /// <summary>
    /// The frames for a session, in order, until the session ends or <paramref name="cancel"/> fires. A broken connection is not the end: what was
    /// lost with it is said again by heartbeats.
    /// </summary>
    IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel);

    /// <summary>Reports a batch. Answers come in its order; an exception means that none of it is known to be durable.</summary>
    Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel);

    /// <summary>Renews the lease and compares what both ends know.</summary>
    Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel);

    /// <summary>Ends the session. What it still held is lost.</summary>
    Task Close(Guid session, CancellationToken cancel);
}
