using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>
/// One execution of a workflow version: the narrow head, and those of its steps that a decision needs (the slice).
/// Immutable; only a <see cref="Transition"/> makes the next one.
/// </summary>
public sealed partial record Run
{
    public required Guid Id { get; init; }
    public required Guid Organization { get; init; }
    public required Definition Definition { get; init; }

    /// <summary>Null for an inline definition.</summary>
    public string? Workflow { get; init; }

    public int Version { get; init; }

    public RunState State { get; init; }
    public Cause? Cause { get; init; }
    public string? Error { get; init; }

    public StopRequest? Stop { get; init; }
    public PauseRequest? Pause { get; init; }

    /// <summary>When the budget of the clean-up ends; null while the run is not cleaning up.</summary>
    public DateTimeOffset? CleanUpEndsAt { get; init; }

    /// <summary>Counts the decisions; also the number of the event row that a decision writes.</summary>
    public long Revision { get; init; }

    /// <summary>Steps that have not ended; a blocked run's root counts as one. Zero exactly when the run has ended.</summary>
    public int Open { get; init; }

    /// <summary>Steps whose attempt is open.</summary>
    public int ActiveAttempts { get; init; }

    public int Ready { get; init; }

    /// <summary>Attempts that were closed and of which nobody has proved that they are gone.</summary>
    public int Unproved { get; init; }

    /// <summary>Attempts that were killed.</summary>
    public int Killed { get; init; }

    /// <summary>Attempts that may have begun: handed out, and not answered <see cref="Outcome.NotStarted"/>.</summary>
    public int HandedOut { get; init; }

    public int SucceededSteps { get; init; }
    public int FailedSteps { get; init; }

    /// <summary>Failed steps whose node says `onFailure: continue`.</summary>
    public int ToleratedFailures { get; init; }

    /// <summary>A failed step's try was the loss of its worker.</summary>
    public bool LostWorker { get; init; }

    /// <summary>Something was handed out or decided after the root.</summary>
    public bool HasBegun { get; init; }

    /// <summary>It waits for room under a limit: no step exists yet but what it keeps of its source and what is next then, no slot is held.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>The keys this run itself holds a slot of, from admission to its end. What an ancestor holds is not repeated here.</summary>
    public ImmutableArray<string> LimitKeys { get; init; } = [];

    public int Priority { get; init; }

    /// <summary>Where nodes are executed that name no pool; null is the default pool.</summary>
    public string? Pool { get; init; }

    /// <summary>The run this one repeats.</summary>
    public Guid? Source { get; init; }

    public int Children { get; init; }
    public Guid? Parent { get; init; }

    /// <summary>The parent's step that awaits this run; null for a child that nobody awaits.</summary>
    public string? ParentStep { get; init; }

    /// <summary>The stop of the parent does not reach it.</summary>
    public bool IsDetached { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>No decision is older than the one before it, whatever the clock does.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }
    public DateTimeOffset? QueueEndsAt { get; init; }

    /// <summary>Executed time of the attempts that have ended; final once the run has.</summary>
    public TimeSpan Used { get; init; }

    /// <summary>Micro-credits of the attempts that have ended; final once the run has.</summary>
    public long Credits { get; init; }

    /// <summary>What it may use; null for as much as it likes.</summary>
    public Budget? Budget { get; init; }

    /// <summary>Items of the attempts that have ended.</summary>
    public long Items { get; init; }

    /// <summary>The server's rules; not part of the run.</summary>
    public Rules Rules { get; init; } = Rules.Default;

    /// <summary>The steps that were loaded with the head, by id. A step that is not here may still have a row.</summary>
    public ImmutableDictionary<string, Step> Steps { get; init; } = ImmutableDictionary<string, Step>.Empty;

    /// <summary>What was looked for in the store; null where all there is stands here, as in a new run.</summary>
    public Slice? Loaded { get; init; }

    /// <summary>JSON, UTF-8: the root's result. Loaded only where an expression needs it.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The items of loops that come next, in their order: what was loaded, not all there are.</summary>
    public ImmutableArray<LoopPage> Pages { get; init; } = [];

    /// <summary>By loop: what its iterations came to. Loaded only where none is left to begin, for the decision that ends it.</summary>
    public ImmutableDictionary<string, Gathered> Gathered { get; init; } = ImmutableDictionary<string, Gathered>.Empty;

    internal static ImmutableDictionary<string, ReadOnlyMemory<byte>> NoResults { get; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    public bool HasEnded => State >= RunState.Succeeded;
    public bool IsStopping => Stop is not null && !HasEnded;
    public bool IsCleaningUp => CleanUpEndsAt is not null && !HasEnded;
    public bool HoldsSlots => !LimitKeys.IsEmpty && !IsBlocked && !HasEnded;

    /// <summary>The first moment at which the run itself has to be looked at again; null when none is set.</summary>
    public DateTimeOffset? DueAt => HasEnded
        ? null
        : Earliest(
            CleanUpEndsAt,
            Stop is not null && CleanUpEndsAt is null ? Stop.EscalateAt : null,
            Stop is null ? DeadlineAt : null,
            Stop is null ? Budget?.RunsOutAt : null,
            Stop is null && !HasBegun ? QueueEndsAt : null);

    /// <summary>Whether a worker may be given this step now. The rows of the ready queue are exactly the steps of which this holds.</summary>
    public bool Offers(Step step) =>
        step.State is StepState.Ready && MayHandOut && (!IsStopping || Definition.NodeOf(step.Id).IsFinally);

    bool MayHandOut => !HasEnded && Definition != Definition.Lost && !IsBlocked && (Pause is null || IsCleaningUp) && (!IsStopping || IsCleaningUp);

    /// <summary>The pool whose workers may be given steps of this node; null is the default pool.</summary>
    public string? PoolOf(Node node) => PoolName.Of(node.Pool ?? Pool);

    public string? PoolOf(string step) => PoolOf(Definition.NodeOf(step));

    /// <summary>Whether a step may be decided, started, retried or woken: no wish stands against it.</summary>
    public bool MayProgress => !HasEnded && Definition != Definition.Lost && !IsBlocked && Pause is null && !IsStopping;

    /// <summary>The step of a node as another step sees it: in the body of a loop, that of its own iteration.</summary>
    internal string StepFor(string node, StepId from) =>
        from.Index is { } index && Definition.Nodes.TryGetValue(node, out var read) && read.Loop is not null ? StepId.Of(node, index) : node;

    /// <summary>Whether all that the payload of a step reads was loaded. A step that was enabled just now may read results that nobody loaded.</summary>
    public bool HasRead(Node node, string step)
    {
        var id = StepId.Parse(step);
        return (!node.NeedsInput || !Input.IsEmpty || Revision == 1)
            && node.References.All(read => HasResult(StepFor(read, id)))
            && (!node.NeedsItem || HasResult(StepId.Of(node.Loop!, id.Index)));
    }

    bool HasResult(string step) => Steps.TryGetValue(step, out var read) && read.Result is not null;

    public RunState DeriveState() => this switch
    {
        { HasEnded: true } => State,
        { HasBegun: false } => RunState.Queued,
        { ActiveAttempts: > 0 } => RunState.Running,
        { Pause: not null, IsCleaningUp: false } => RunState.Waiting,
        { Ready: > 0 } => RunState.Running,
        _ => RunState.Waiting,
    };

    public Verdict Verdict => this switch
    {
        { HandedOut: 0 } => Verdict.NeverStarted,
        { Unproved: > 0 } => Verdict.Fenced,
        { Killed: > 0 } => Verdict.Killed,
        _ => Verdict.Exited,
    };

    static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> times)
    {
        DateTimeOffset? earliest = null;
        foreach (var time in times)
            if (time < earliest || earliest is null)
                earliest = time ?? earliest;
        return earliest;
    }
}
