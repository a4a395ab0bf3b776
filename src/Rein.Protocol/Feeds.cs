using System.Text.Json;

namespace Rein.Protocol;

/// <summary>What one commit changed in a run.</summary>
public sealed record EventDocument
{
    /// <summary>Grows within the run; the id of the server-sent event.</summary>
    public long Seq { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The lines of its decisions.</summary>
    public IReadOnlyList<EventLine> Lines { get; init; } = [];

    /// <summary>
    /// In the live feed only, as an event of the type <c>progress</c>: how far attempts are that have said so anew. No decision, so there is no line with
    /// it, and <see cref="Seq"/> is that of the last one.
    /// </summary>
    public IReadOnlyList<ProgressDocument>? Progress { get; init; }
}

/// <summary>One line of a run's history. What does not apply is absent.</summary>
public sealed record EventLine
{
    /// <summary>
    /// <c>created</c>, <c>admitted</c>, <c>step_enabled</c>, <c>step_assigned</c>, <c>step_returned</c>, <c>step_retrying</c>, <c>step_ended</c>,
    /// <c>step_skipped</c>, <c>child_started</c>, <c>stop_requested</c>, <c>stop_heard</c>, <c>stop_escalated</c>, <c>cleaning_up</c>,
    /// <c>paused</c>, <c>resumed</c>, <c>proved</c>, <c>ended</c>.
    /// </summary>
    public string Kind { get; init; } = "";

    /// <summary>The step's id.</summary>
    public string? Step { get; init; }

    /// <summary>Which try at the step.</summary>
    public int? Try { get; init; }

    /// <summary>Which worker.</summary>
    public string? Worker { get; init; }

    /// <summary>Who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>What a step was answered that waited for it: <c>resumed</c>, <c>approved</c> or <c>rejected</c>.</summary>
    public string? Branch { get; init; }

    /// <summary>See <see cref="AttemptDocument.Outcome"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>See <see cref="AttemptDocument.Rung"/>.</summary>
    public string? Rung { get; init; }

    /// <summary>See <see cref="RunDocument.State"/>.</summary>
    public string? State { get; init; }

    /// <summary>See <see cref="RunDocument.Cause"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>See <see cref="StopSummary.Origin"/>.</summary>
    public string? Origin { get; init; }

    /// <summary>
    /// When what it tells was, where that is earlier than the telling: <c>step_ended</c>, when the step's code began; <c>stop_heard</c>, when the code
    /// was told. The worker measures it as a duration, since no clock but the server's counts.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The time it speaks of.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }
}

/// <summary>A page of a run's events.</summary>
public sealed record EventList
{
    /// <summary>The page, ascending.</summary>
    public IReadOnlyList<EventDocument> Events { get; init; } = [];

    /// <summary>What to give as <c>after</c> for the next page; null when there is nothing more now.</summary>
    public long? After { get; init; }
}

/// <summary>A chunk of log text.</summary>
public sealed record LogDocument
{
    /// <summary>The step that wrote it.</summary>
    public string Step { get; init; } = "";

    /// <summary>The attempt, by its fence.</summary>
    public long Fence { get; init; }

    /// <summary>Counts within the attempt.</summary>
    public long Seq { get; init; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The text; it may begin or end within a line.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A page of a run's log.</summary>
public sealed record LogList
{
    /// <summary>The page, in the order of attempts.</summary>
    public IReadOnlyList<LogDocument> Logs { get; init; } = [];

    /// <summary>Where the next page begins; null when there is nothing more now.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One result a run collected.</summary>
public sealed record ItemDocument
{
    /// <summary>The step that collected it.</summary>
    public string Step { get; init; } = "";

    /// <summary>The attempt, by its fence.</summary>
    public long Fence { get; init; }

    /// <summary>Counts within the attempt.</summary>
    public long Seq { get; init; }

    /// <summary>The item.</summary>
    public JsonElement Value { get; init; }
}

/// <summary>A page of a run's items.</summary>
public sealed record ItemList
{
    /// <summary>The page, in the order of attempts.</summary>
    public IReadOnlyList<ItemDocument> Items { get; init; } = [];

    /// <summary>Where the next page begins; null when there is nothing more now.</summary>
    public string? Cursor { get; init; }
}
