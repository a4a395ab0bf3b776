using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>What a command came to, after its commit.</summary>
/// <param name="Run">The run as it is now, with the steps the command looked at; null when there is no such run in the organization.</param>
public sealed record Committed(Answer Answer, Run? Run)
{
    public static Committed NotFound { get; } = new(Answer.Unknown, null);
}

/// <param name="Key">The idempotency key the request came with, and the digest of its body.</param>
public sealed record StartOrder(StartRun Start, StartKey? Key = null, ImmutableArray<byte> Digest = default)
{
    /// <summary>Written with the run: no run is started whose starter could not be given it. Null for none, which is the rule.</summary>
    public StopLink? Link { get; init; }
}

public enum StartAnswer
{
    /// <summary>It runs, or will as soon as a worker is free.</summary>
    Started,

    /// <summary>It waits for room under its limit.</summary>
    Blocked,

    /// <summary>The limit is full and the start said `reject`.</summary>
    Conflict,

    /// <summary>The idempotency key was used by the same request before: that run is the answer.</summary>
    Repeated,

    /// <summary>The idempotency key was used by another request.</summary>
    KeyReused,
}

/// <param name="RunId">The new run, or the one of the first request with this key; the refused one's id means nothing.</param>
/// <param name="Run">Null where nothing was started by this order.</param>
public sealed record Started(StartAnswer Answer, Guid RunId, Run? Run);

/// <summary>Too many commands wait. Starts are refused above a bound; stops never are.</summary>
public sealed class BusyException() : Exception("Too many starts are waiting to be committed.");

/// <summary>A command could not be committed. It is counted, and <paramref name="id"/> stands in the log beside the cause.</summary>
public sealed class CommitException(Guid id, Exception inner) : Exception($"The command could not be committed ({id}).", inner)
{
    public Guid Id { get; } = id;

    /// <summary>Not the command is to blame, but the store: the same may succeed when it is tried again.</summary>
    public bool IsStoreAway => InnerException is StoreException { IsTransient: true };
}
