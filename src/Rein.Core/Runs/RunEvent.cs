namespace Rein.Core.Runs;

public enum RunEventKind
{
    Created,
    Admitted,
    StepEnabled,
    StepAssigned,
    StepReturned,
    StepRetrying,
    StepEnded,
    StepSkipped,
    ChildStarted,
    StopRequested,
    StopHeard,
    StopEscalated,
    CleaningUp,
    Paused,
    Resumed,
    Proved,
    Ended,
    StepAnswered,
    StepKept,
}

/// <summary>One line of a run's history. What does not apply is null.</summary>
public sealed record RunEvent(RunEventKind Kind)
{
    public string? Step { get; init; }
    public int? Try { get; init; }
    public string? Worker { get; init; }
    public string? Actor { get; init; }
    public string? Reason { get; init; }

    /// <summary>What a step that waited for an answer was answered: <c>resumed</c>, <c>approved</c>, <c>rejected</c>.</summary>
    public string? Branch { get; init; }
    public Outcome? Outcome { get; init; }
    public Rung? Rung { get; init; }
    public RunState? State { get; init; }
    public Cause? Cause { get; init; }
    public StopOrigin? Origin { get; init; }

    /// <summary>What is told later than it was: when the code of an attempt that has ended began, when a stop was heard.</summary>
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }
    public string? Error { get; init; }
}
