namespace Rein.Core.Runs;

public enum StepState
{
    /// <summary>A join that has heard from some of its parents.</summary>
    Pending,

    /// <summary>Enabled; nobody holds it.</summary>
    Ready,

    /// <summary>An attempt is open.</summary>
    Active,

    /// <summary>A time, a child or a signal is awaited.</summary>
    Waiting,

    Succeeded,
    Failed,
    Skipped,

    /// <summary>Withdrawn, or closed with its run.</summary>
    Stopped,
}

/// <summary>One node's execution within a run. Its row appears when the step is first enabled.</summary>
public sealed record Step
{
    public required string Id { get; init; }
    public required StepState State { get; init; }

    /// <summary>The latest try. An earlier one is archived when the next is handed out.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>How many tries count as used: a hand-back does not.</summary>
    public int Tries { get; init; }

    /// <summary>When a waiting step moves by itself: the end of a delay, or its retry time.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Its time came while the run was paused.</summary>
    public bool IsDue { get; init; }

    /// <summary>It was enabled in a pause or behind others that took long, and is decided as soon as what it reads is loaded: its timer is due.</summary>
    public bool IsUndecided => IsDue && DueAt is not null;

    /// <summary>How many parents of a join have ended or were skipped, and how many of those enabled it.</summary>
    public int Arrived { get; init; }

    public int Enabling { get; init; }

    /// <summary>The child run an awaiting step waits for.</summary>
    public Guid? Child { get; init; }

    /// <summary>It waits for a run that has not been started yet; asked of a step of kind <c>workflow</c>.</summary>
    public bool AwaitsStart => this is { State: StepState.Waiting, Child: null, IsUndecided: false };

    /// <summary>JSON, UTF-8. Loaded only where an expression needs it.</summary>
    public ReadOnlyMemory<byte>? Result { get; init; }

    public string? Error { get; init; }

    public bool IsOpen => State < StepState.Succeeded;
}
