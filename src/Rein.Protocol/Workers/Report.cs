using System.Text.Json.Serialization;

namespace Rein.Protocol.Workers;

/// <summary>What a worker tells the server. Taken in order per attempt, and repeated until it is answered.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ItemsReport), "items")]
[JsonDerivedType(typeof(LogsReport), "logs")]
[JsonDerivedType(typeof(UsageReport), "usage")]
[JsonDerivedType(typeof(ProgressReport), "progress")]
[JsonDerivedType(typeof(CheckpointReport), "checkpoint")]
[JsonDerivedType(typeof(HeardReport), "heard")]
[JsonDerivedType(typeof(EndedReport), "ended")]
[JsonDerivedType(typeof(ReturnedReport), "returned")]
[JsonDerivedType(typeof(ProveReport), "prove")]
public abstract record Report(AttemptRef Attempt)
{
    /// <summary>The same, said so much later: what was so long ago is longer ago.</summary>
    public virtual Report Later(TimeSpan by) => this;
}

/// <summary>Items the attempt collected.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="FirstSeq">The number of the first row; numbers begin at 1 and have no gaps.</param>
/// <param name="Rows">A JSON value each, UTF-8.</param>
public sealed record ItemsReport(AttemptRef Attempt, long FirstSeq, IReadOnlyList<ReadOnlyMemory<byte>> Rows) : Report(Attempt);

/// <summary>Chunks of log text, UTF-8, at most 64 KB each; numbered like items.</summary>
public sealed record LogsReport(AttemptRef Attempt, long FirstSeq, IReadOnlyList<ReadOnlyMemory<byte>> Rows) : Report(Attempt);

/// <summary>
/// What the attempt has used beside its time. A total, and never a difference: a report that is lost, doubled or overtaken by a later one does no harm,
/// and one that is not above what is known changes nothing.
/// </summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="MicroCredits">Since it began, in millionths of a credit; from 0 to 10^15.</param>
public sealed record UsageReport(AttemptRef Attempt, long MicroCredits) : Report(Attempt);

/// <summary>How far the attempt is, for people. Only the latest is kept: one that comes behind a later one changes nothing.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Number">Grows with each; from 1.</param>
/// <param name="Fraction">From 0 to 1; null where nobody knows.</param>
/// <param name="Note">A few words; null for none. What is longer than <see cref="MaxNote"/> characters is cut.</param>
public sealed record ProgressReport(AttemptRef Attempt, long Number, double? Fraction, string? Note) : Report(Attempt)
{
    /// <summary>The longest note, in characters.</summary>
    public const int MaxNote = 500;
}

/// <summary>From where the next try at the step goes on, should there be one. Only the latest is kept: one that comes behind a later one changes nothing.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Number">Grows with each; from 1.</param>
/// <param name="Value">A JSON value, UTF-8; at most <see cref="MaxBytes"/>, or it is <see cref="ReportStatus.Refused"/>.</param>
public sealed record CheckpointReport(AttemptRef Attempt, long Number, ReadOnlyMemory<byte> Value) : Report(Attempt)
{
    /// <summary>The largest checkpoint, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;
}

/// <summary>The code of the attempt was told to stop because of a stop frame: never because its time was up, or its worker shuts down.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="AgoMs">How long ago, in milliseconds, by the worker's monotonic clock: the report may have waited its turn. At least 0.</param>
public sealed record HeardReport(AttemptRef Attempt, double AgoMs = 0) : Report(Attempt)
{
    /// <inheritdoc/>
    public override Report Later(TimeSpan by) => this with { AgoMs = AgoMs + by.TotalMilliseconds };
}

/// <summary>The one report that ends an attempt.</summary>
public sealed record EndedReport(AttemptRef Attempt, AttemptOutcome Outcome, AttemptProof Proof) : Report(Attempt)
{
    /// <summary>JSON, UTF-8; null for none.</summary>
    public ReadOnlyMemory<byte>? Result { get; init; }

    /// <summary>The longest error, in characters.</summary>
    public const int MaxError = 64 * 1024;

    /// <summary>A sentence for people, where it did not succeed; at most <see cref="MaxError"/>.</summary>
    public string? Error { get; init; }

    /// <summary>How long ago its code began, in milliseconds, by the worker's monotonic clock; null where it never did. At least 0.</summary>
    public double? BeganAgoMs { get; init; }

    /// <inheritdoc/>
    public override Report Later(TimeSpan by) => BeganAgoMs is { } ago ? this with { BeganAgoMs = ago + by.TotalMilliseconds } : this;
}

/// <summary>The worker shuts down and hands the attempt back, which no longer executes: no failed try.</summary>
public sealed record ReturnedReport(AttemptRef Attempt, AttemptProof Proof) : Report(Attempt);

/// <summary>What became of an attempt that the server closed without a report. Accepted after the fence; it changes no state.</summary>
public sealed record ProveReport(AttemptRef Attempt, AttemptProof Proof) : Report(Attempt);

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    /// <summary>It did what it was for.</summary>
    Succeeded,

    /// <summary>It failed; it may be tried again.</summary>
    Failed,

    /// <summary>Its time was up.</summary>
    TimedOut,

    /// <summary>It ended because it was asked to.</summary>
    Stopped,

    /// <summary>The stop was there before it began.</summary>
    NotStarted,
}

/// <summary>The proof that an attempt no longer executes.</summary>
/// <param name="Rung">How far the ladder had to go; null when nothing had to be done, or something is left.</param>
/// <param name="ExitCode">Of its process; null when it had none.</param>
/// <param name="Containment">What held its processes together.</param>
/// <param name="Residuals">What is left of it; empty is the proof.</param>
public sealed record AttemptProof(Rung? Rung, int? ExitCode, Containment Containment, IReadOnlyList<Residual> Residuals)
{
    /// <summary>The most residuals that one proof names.</summary>
    public const int MaxResiduals = 1000;

    /// <summary>Nothing had to be done and nothing is left.</summary>
    public static AttemptProof Clean { get; } = new(null, null, Containment.None, []);
}
