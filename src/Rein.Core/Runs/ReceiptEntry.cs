namespace Rein.Core.Runs;

/// <summary>A line of the append-only account of one stop: `ended` once, `proved` for every proof that came after the fence.</summary>
public sealed record ReceiptEntry(ReceiptEntryKind Kind, DateTimeOffset At, Verdict Verdict) : Effect
{
    public required StopRequest Stop { get; init; }
    public required int Unproved { get; init; }
    public TimeSpan Used { get; init; }

    /// <summary>Micro-credits.</summary>
    public long Credits { get; init; }

    public long Items { get; init; }
    public string? Step { get; init; }
    public Attempt? Attempt { get; init; }
}

public enum ReceiptEntryKind
{
    Ended,
    Proved,
}
