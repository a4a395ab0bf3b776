using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Rein.Protocol;

/// <summary>One node's execution within a run.</summary>
public sealed record StepDocument
{
    /// <summary>The node's id; in the body of a loop with the number of the iteration behind it, from 0: <c>hash[3]</c>. <c>each[3]</c> is the iteration itself.</summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// <c>pending</c>, <c>ready</c>, <c>active</c>, <c>waiting</c>; ended: <c>succeeded</c>, <c>failed</c>, <c>skipped</c>, <c>stopped</c>.
    /// </summary>
    public string State { get; init; } = "";

    /// <summary>How many tries count as used.</summary>
    public int Tries { get; init; }

    /// <summary>When a waiting step moves by itself.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The run it waits for.</summary>
    public Guid? ChildRunId { get; init; }

    /// <summary>Why nobody has taken it yet; only of a step that may begin.</summary>
    public PoolWaitDocument? WaitsFor { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>What it came to; absent where it has none. Of an iteration, its item.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>How far a <c>for-each</c> is; null for any other step.</summary>
    public LoopDocument? Loop { get; init; }

    /// <summary>The latest try; null when there was none.</summary>
    public AttemptDocument? Attempt { get; init; }
}

/// <summary>How far a loop is.</summary>
public sealed record LoopDocument
{
    /// <summary>How many items it goes through: at most 10,000.</summary>
    public int Total { get; init; }

    /// <summary>How many iterations have begun.</summary>
    public int Begun { get; init; }

    /// <summary>How many are over.</summary>
    public int Done { get; init; }

    /// <summary>How many of those have failed.</summary>
    public int Failed { get; init; }
}

/// <summary>What a step waited for has come.</summary>
public sealed record SignalStepRequest
{
    /// <summary>Whatever came: <c>data</c> in the step's result. At most 64 KB with everything else of the request.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>For whoever has no key: what the run has given out for this step as <c>{{$signals.STEP}}</c>.</summary>
    [MaxLength(200)]
    public string? Secret { get; init; }
}

/// <summary>A yes or a no.</summary>
public sealed record AnswerApprovalRequest
{
    /// <summary>For people: at most 2,000 characters.</summary>
    [MaxLength(2000)]
    public string? Note { get; init; }
}

/// <summary>What an answer to a step came to.</summary>
public sealed record StepReply
{
    /// <summary><c>done</c>; <c>already_done</c>: the same answer was there before, and this one changed nothing.</summary>
    public string Answer { get; init; } = "";

    /// <summary>See <see cref="RunDocument.State"/>: of the run, after it.</summary>
    public string State { get; init; } = "";

    /// <summary>The step, with its answer as result: <c>{ branch, message, by, note, data }</c>.</summary>
    public StepDocument Step { get; init; } = new();
}

/// <summary>One try at a step.</summary>
public sealed record AttemptDocument
{
    /// <summary>The step's id.</summary>
    public string Step { get; init; } = "";

    /// <summary>Counts from 1 within its step.</summary>
    public int Try { get; init; }

    /// <summary>Which worker held it.</summary>
    public string Worker { get; init; } = "";

    /// <summary>The worker's session.</summary>
    public Guid Session { get; init; }

    /// <summary>The number it reports under.</summary>
    public long Fence { get; init; }

    /// <summary>When it was handed out.</summary>
    public DateTimeOffset AssignedAt { get; init; }

    /// <summary>When it ended or was closed; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>
    /// <c>succeeded</c>, <c>failed</c>, <c>timed_out</c>, <c>stopped</c>, <c>not_started</c>, <c>returned</c>, <c>fenced</c> or <c>lost</c>; null
    /// while it is open.
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>Somebody has proved that it no longer executes, and that nothing of it is left.</summary>
    public bool IsProved { get; init; }

    /// <summary>How far the ladder had to go: <c>asked</c>, <c>terminated</c>, <c>killed</c>; null when nothing had to be done or it is unproved.</summary>
    public string? Rung { get; init; }

    /// <summary>Of its process, 128 + n for signal n; null when it had none. 0 also where its worker ended it with its work done.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What held its processes together.</summary>
    public string? Containment { get; init; }

    /// <summary>What is left of it; null until somebody has looked, empty is the proof.</summary>
    public IReadOnlyList<ResidualDocument>? Residuals { get; init; }

    /// <summary>Items it collected; counted when it closes.</summary>
    public long Items { get; init; }

    /// <summary>How far it is, or was when it ended, by its own word; null where it said nothing.</summary>
    public ProgressDocument? Progress { get; init; }

    /// <summary>Credits it reported itself so far; null when it reported none.</summary>
    public decimal? Reported { get; init; }

    /// <summary>Credits it cost, what it reported included; null while it is open.</summary>
    public decimal? Credits { get; init; }
}

/// <summary>How far an attempt is, by its own word.</summary>
public sealed record ProgressDocument
{
    /// <summary>The step's id; in the live feed, where no attempt stands around it.</summary>
    public string? Step { get; init; }

    /// <summary>The attempt, by its fence; likewise.</summary>
    public long? Fence { get; init; }

    /// <summary>From 0 to 1; null where it does not know.</summary>
    public double? Fraction { get; init; }

    /// <summary>A few words; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Something of an attempt that could not be ended.</summary>
public sealed record ResidualDocument
{
    /// <summary>For example <c>process</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Which one.</summary>
    public string Id { get; init; } = "";

    /// <summary>Why it is still there.</summary>
    public string Why { get; init; } = "";
}

/// <summary>A page of a run's steps, by id.</summary>
public sealed record StepList
{
    /// <summary>The page.</summary>
    public IReadOnlyList<StepDocument> Steps { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}
