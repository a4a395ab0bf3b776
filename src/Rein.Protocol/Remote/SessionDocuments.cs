using System.Text.Json;
using Rein.Protocol.Workers;

namespace Rein.Protocol.Remote;

/// <summary>Reports of a session, in order.</summary>
public sealed record ReportBatch
{
    /// <summary>How many rows its items and logs have together at most.</summary>
    public const int MaxRows = 100_000;

    /// <summary>1 to 10,000, at most 16 MB together, with at most <see cref="MaxRows"/> rows; each an object with a <c>type</c>. See docs/protocol.md.</summary>
    public IReadOnlyList<JsonElement> Reports { get; init; } = [];
}

/// <summary>What became of a batch.</summary>
public sealed record ReportAnswerList
{
    /// <summary>In the order of the reports.</summary>
    public IReadOnlyList<ReportAnswerDocument> Answers { get; init; } = [];
}

/// <summary>What became of one report.</summary>
public sealed record ReportAnswerDocument
{
    /// <summary><c>accepted</c>, <c>fenced</c>, <c>unknown</c>, <c>refused</c> or <c>retry</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Why it was not accepted: <c>attempt_fenced</c>, <c>attempt_not_found</c>, <c>checkpoint_too_large</c>, <c>store_unavailable</c>; null where it was.</summary>
    public string? Code { get; init; }

    /// <summary>Items and logs: the last number that is durable.</summary>
    public long? HaveUpTo { get; init; }

    /// <summary>Usage: true where the attempt is being told to end because its budget is used up.</summary>
    public bool? IsStopping { get; init; }
}

/// <summary>What a worker says of itself: one of <see cref="Held"/> and <see cref="Digest"/>.</summary>
public sealed record BeatRequest
{
    /// <summary>All attempts it holds; at most 100,000.</summary>
    public IReadOnlyList<AttemptRef>? Held { get; init; }

    /// <summary>32 hexadecimal digits: see <see cref="HeldDigest"/>.</summary>
    public string? Digest { get; init; }

    /// <summary>How many attempts at once from now on, 1 to 100,000; null: as many as before.</summary>
    public int? Capacity { get; init; }
}

/// <summary>What it did not know.</summary>
public sealed record BeatReply
{
    /// <summary>False: the session is over.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Frames as the stream sends them, each with its <c>event</c> as <c>type</c>.</summary>
    public IReadOnlyList<JsonElement> Outstanding { get; init; } = [];

    /// <summary>True: send the list, at once.</summary>
    public bool? SendHeld { get; init; }

    /// <summary>What is over, and nobody has proved gone: see <see cref="HeartbeatAnswer.Former"/>. Null where there is nothing.</summary>
    public IReadOnlyList<AttemptRef>? Former { get; init; }
}
