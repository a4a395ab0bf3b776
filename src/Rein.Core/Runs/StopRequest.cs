namespace Rein.Core.Runs;

/// <summary>When nothing a stopped run does counts any more.</summary>
public enum FenceAt
{
    /// <summary>When the last attempt has ended, at the latest at the end of grace and proof window.</summary>
    End,

    /// <summary>In the commit that records the request.</summary>
    Now,
}

/// <summary>
/// The wish that a run ends: a record beside the state, never a state. The first request gives origin, actor and reason;
/// later ones only move <see cref="GraceEndsAt"/> earlier, or raise <see cref="Fence"/>, <see cref="Force"/>, <see cref="SkipsCleanUp"/> and
/// <see cref="SinceByHand"/>.
/// </summary>
public sealed record StopRequest
{
    public required StopOrigin Origin { get; init; }
    public required string Actor { get; init; }
    public string Reason { get; init; } = "";
    public required TimeSpan Grace { get; init; }
    public FenceAt Fence { get; init; }
    public bool Force { get; init; }

    /// <summary>Some request wants no clean-up, whatever the first one said. Force and fence-now skip it without this.</summary>
    public bool SkipsCleanUp { get; init; }

    /// <summary>A later request, while the run went on, was somebody's, whoever asked first.</summary>
    public bool SinceByHand { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When the workers kill what has not ended by itself.</summary>
    public required DateTimeOffset GraceEndsAt { get; init; }

    /// <summary>When the server closes what nobody has reported: the grace, and the time to kill, look again and report.</summary>
    public required DateTimeOffset EscalateAt { get; init; }

    /// <summary>When the first frame left for a worker; null when there was nobody to tell.</summary>
    public DateTimeOffset? SignalledAt { get; init; }

    /// <summary>When the first worker said that its code was told.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>From when on nothing counts.</summary>
    public DateTimeOffset? FencedAt { get; init; }

    /// <summary>How many requests there were, this first one included.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>
    /// No clean-up is opened under it, and the request that made it so has closed one that ran. A wish that is older than
    /// <see cref="SkipsCleanUp"/> has only its origin to say so.
    /// </summary>
    public bool LeavesNoCleanUp() => Force || Fence is FenceAt.Now || SkipsCleanUp || Origin.SkipsCleanUp();

    /// <summary>Somebody, or a program of his, has asked for the end before it came. A wish that is older than <see cref="SinceByHand"/> has only its origin to say so.</summary>
    public bool WasByHand() => SinceByHand || Origin.IsByHand();
}
