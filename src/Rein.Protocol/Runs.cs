using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Rein.Protocol;

/// <summary>One execution of a workflow.</summary>
public sealed record RunDocument
{
    /// <summary>UUIDv7: ids are in the order of creation.</summary>
    public Guid Id { get; init; }

    /// <summary>Null for a run of an inline definition.</summary>
    public string? Workflow { get; init; }

    /// <summary>The version of the workflow it runs; null for an inline definition.</summary>
    public int? Version { get; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>waiting</c>; ended: <c>succeeded</c>, <c>failed</c>, <c>stopped</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>
    /// Why it ended: <c>completed</c>, <c>partial</c>, <c>error</c>, <c>worker_lost</c>, or the origin of the stop. Null while it lives.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>What went wrong, in words for people.</summary>
    public string? Error { get; init; }

    /// <summary>A stop was asked for and the run has not ended yet.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Nothing new of it is handed out.</summary>
    public bool IsPaused { get; init; }

    /// <summary>It waits for room under a limit.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>What a blocked run waits for, by key; null for any other run.</summary>
    public IReadOnlyList<WaitDocument>? BlockedBy { get; init; }

    /// <summary>Its <c>finally</c> steps are at work.</summary>
    public bool IsCleaningUp { get; init; }

    /// <summary>As given at the start.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Where nodes are executed that name no pool; null is the default pool.</summary>
    public string? Pool { get; init; }

    /// <summary>The limits it counts under.</summary>
    public IReadOnlyList<string>? LimitKeys { get; init; }

    /// <summary>Grows with every change of the run; what <c>?wait</c> compares.</summary>
    public long Revision { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something of it was first handed out or decided.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was pruned: only this, its id, state, times and figures are left. Seen in the answer to a start that repeats its idempotency key.</summary>
    public DateTimeOffset? PrunedAt { get; init; }

    /// <summary>When it is stopped at the latest.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>The wish that it ends, whoever had it; null when there was none.</summary>
    public StopSummary? Stop { get; init; }

    /// <summary>The wish that it pauses; null when there is none.</summary>
    public PauseDocument? Pause { get; init; }

    /// <summary>Of the attempts that have ended; final once the run has.</summary>
    public UsageDocument Usage { get; init; } = new();

    /// <summary>What it may use; null when it was started without.</summary>
    public BudgetDocument? Budget { get; init; }

    /// <summary>Items collected so far.</summary>
    public long Items { get; init; }

    /// <summary>The account of its items; null while the run lives.</summary>
    public ExportDocument? Export { get; init; }

    /// <summary>The run that started it.</summary>
    public Guid? ParentRunId { get; init; }

    /// <summary>The run it repeats.</summary>
    public Guid? SourceRunId { get; init; }

    /// <summary>How many runs it started.</summary>
    public int Children { get; init; }

    /// <summary>The first 200 steps, by id, without those of iterations. Absent in lists.</summary>
    public IReadOnlyList<StepDocument>? Steps { get; init; }

    /// <summary>Where the next page of steps begins; null when there are no more, those of iterations apart.</summary>
    public string? StepsCursor { get; init; }

    /// <summary>The run is over; nothing will change its state any more.</summary>
    [JsonIgnore]
    public bool HasEnded => State is "succeeded" or "failed" or "stopped";
}

/// <summary>Who wanted the run to end, and what is known of it. The whole account is the receipt.</summary>
public sealed record StopSummary
{
    /// <summary><c>manual</c>, <c>parent</c>, <c>superseded</c>, <c>deadline</c>, <c>queue_ttl</c>, <c>budget</c>, <c>panic</c> or <c>policy</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>A person (or a person's key) wanted it; false: the system did.</summary>
    public bool IsManual { get; init; }

    /// <summary>Who, for example <c>key:ops</c>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why, in the words of whoever asked.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When the wish was committed.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary><c>never_started</c>, <c>exited</c>, <c>killed</c> (all proved) or <c>fenced</c>; null until the run has ended.</summary>
    public string? Verdict { get; init; }

    /// <summary>Attempts that were closed and of which nobody has proved that they are gone.</summary>
    public int Unproved { get; init; }
}

/// <summary>Who paused the run.</summary>
public sealed record PauseDocument
{
    /// <summary>Who, for example <c>key:ops</c>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Since when.</summary>
    public DateTimeOffset RequestedAt { get; init; }
}

/// <summary>How an ended run is repeated.</summary>
public sealed record RetryRunRequest
{
    /// <summary>
    /// <c>failure</c>, if nothing is said: what succeeded is kept, the rest is done. <c>checkpoint</c>: the same, and each step that has saved a checkpoint goes on
    /// from it. <c>start</c>: everything is done again.
    /// </summary>
    [AllowedValues("failure", "checkpoint", "start", null)]
    public string? From { get; init; }
}

/// <summary>A pause, with its reason.</summary>
public sealed record PauseRunRequest
{
    /// <summary>At most 2,000 characters.</summary>
    [MaxLength(2000)]
    public string? Reason { get; init; }
}

/// <summary>What a run used.</summary>
public sealed record UsageDocument
{
    /// <summary>Executed time in seconds, over all attempts.</summary>
    public double RunSeconds { get; init; }

    /// <summary>What its attempts cost by the prices of their kinds, and what they reported themselves; to the millionth.</summary>
    public decimal Credits { get; init; }
}

/// <summary>What a run may use, and what it has used so far, what executes included.</summary>
public sealed record BudgetDocument
{
    /// <summary>As given at the start.</summary>
    public decimal Credits { get; init; }

    /// <summary>Used until <see cref="At"/>.</summary>
    public decimal Spent { get; init; }

    /// <summary>When something that costs last began, reported or ended.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What is added to <see cref="Spent"/> for every second since, by what executes.</summary>
    public decimal PerSecond { get; init; }

    /// <summary>When the run is stopped because of it, if nothing else happens; null when time alone does not use it up, or there is a stop already.</summary>
    public DateTimeOffset? UsedUpAt { get; init; }
}

/// <summary>The account of a run's items.</summary>
public sealed record ExportDocument
{
    /// <summary><c>due</c>, <c>done</c>, or <c>failed</c>: given up after several tries, until somebody asks for it again.</summary>
    public string State { get; init; } = "";

    /// <summary>How many items.</summary>
    public long Count { get; init; }

    /// <summary>How many of them differ, byte for byte; null until it is done.</summary>
    public long? Distinct { get; init; }

    /// <summary>The length of the NDJSON file; null until it is done.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 over the NDJSON file, in hex; null until it is done.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The run was stopped, failed, or succeeded in part: it would have collected more.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>When it was made, or given up.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Why it was given up.</summary>
    public string? Error { get; init; }
}

/// <summary>A page of runs, newest first, without their steps.</summary>
public sealed record RunList
{
    /// <summary>The page.</summary>
    public IReadOnlyList<RunDocument> Runs { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}
