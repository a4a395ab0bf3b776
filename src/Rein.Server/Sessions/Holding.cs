using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>One attempt in the hands of a session, until it is over.</summary>
/// <param name="assign">What was sent; null where the rows alone tell of it, or nothing about it is said again.</param>
sealed class Holding(AssignFrame? assign)
{
    UInt128? digest;

    public AssignFrame? Assign { get; } = assign;

    /// <summary>It was there when the worker was last compared with what is held: by now the worker must know of it.</summary>
    public bool WasThere { get; set; }

    /// <summary>The earliest that <see cref="LiveSession.StopOnce"/> has said; the heartbeats repeat it whatever was said.</summary>
    public DateTimeOffset KillAt { get; set; } = DateTimeOffset.MaxValue;

    public bool IsLost { get; init; }

    /// <summary>Only the worker says so: it was not handed out to this session, and what is said of it counts where the rows know it as this worker's.</summary>
    public bool IsStrange { get; init; }

    /// <summary>Made when it is asked for: what is over before the next heartbeat never needs one.</summary>
    public UInt128 DigestOf(AttemptRef attempt) => digest ??= HeldDigest.Of(attempt);
}
