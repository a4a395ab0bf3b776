namespace Rein.Protocol.Workers;

/// <summary>A worker's wish to connect.</summary>
/// <param name="Worker">Its name, unique in the installation: a new session of the same worker replaces the old one.</param>
/// <param name="Pool">Null is the default pool.</param>
/// <param name="Kinds">What it can execute.</param>
/// <param name="Capacity">How many attempts at once: at least 1.</param>
public sealed record OpenSession(string Worker, string? Pool, IReadOnlyList<string> Kinds, int Capacity);

/// <summary>An open session.</summary>
/// <param name="Session">Its id.</param>
/// <param name="HeartbeatMs">How often the worker says that it lives.</param>
/// <param name="Former">Attempts that the worker's former life held: whoever can prove that they are gone reports it.</param>
public sealed record SessionOpened(Guid Session, double HeartbeatMs, IReadOnlyList<AttemptRef> Former);

/// <summary>The worker lives, and this is what it holds.</summary>
/// <param name="Held">The attempts it has been assigned and has not ended.</param>
public sealed record Heartbeat(IReadOnlyList<AttemptRef> Held);

/// <summary>What the worker did not know: frames that were lost, sent again.</summary>
/// <param name="IsOpen">False: the session is over, and so is everything it held; open a new one.</param>
/// <param name="Outstanding">Stops that have not been carried out, and assigns that were never confirmed.</param>
public sealed record HeartbeatAnswer(bool IsOpen, IReadOnlyList<CommandFrame> Outstanding);

/// <summary>One worker's way to the server: over HTTP, or in memory. The records are the same.</summary>
public interface IWorkerChannel
{
    /// <summary>Opens a session.</summary>
    Task<SessionOpened> Open(OpenSession request, CancellationToken cancel);

    /// <summary>The frames for a session, in order, until it ends or <paramref name="cancel"/> fires.</summary>
    IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel);

    /// <summary>Reports a batch. Answers come in its order; an exception means that none of it is known to be durable.</summary>
    Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel);

    /// <summary>Renews the lease and compares what both ends know.</summary>
    Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel);

    /// <summary>Ends the session. What it still held is lost.</summary>
    Task Close(Guid session, CancellationToken cancel);
}
