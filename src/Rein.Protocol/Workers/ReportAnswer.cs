namespace Rein.Protocol.Workers;

/// <summary>What became of a report.</summary>
public enum ReportStatus
{
    /// <summary>It is durable.</summary>
    Accepted,

    /// <summary>The attempt is closed or the fence old: nothing changed, and nothing of it counts any more.</summary>
    Fenced,

    /// <summary>There is no such attempt in this session's organization.</summary>
    Unknown,

    /// <summary>The server could not commit it; send it again.</summary>
    Retry,

    /// <summary>It can never be taken, however often it is sent: a checkpoint that is too large, or no JSON. Nothing changed.</summary>
    Refused,
}

/// <summary>The answer to one report, in the order of the batch.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="HaveUpTo">Items and logs: the last number that is durable.</param>
/// <param name="IsStopping">Usage: the attempt is being told to end, or is about to be, because its budget is used up.</param>
public readonly record struct ReportAnswer(ReportStatus Status, long HaveUpTo = 0, bool IsStopping = false);
