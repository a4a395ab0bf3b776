using System.ComponentModel.DataAnnotations;
using Rein.Protocol.Receipts;

namespace Rein.Protocol;

/// <summary>How a run is to be stopped. Everything is optional.</summary>
public sealed record StopRunRequest
{
    /// <summary>At most 2,000 characters; shown wherever the stop is shown.</summary>
    [MaxLength(2000)]
    public string? Reason { get; init; }

    /// <summary>Seconds until what has not ended by itself is killed, 0 to 3,600. Default: what the definition says, else 10.</summary>
    [Range(0, 3600)]
    public double? GraceSeconds { get; init; }

    /// <summary><c>at_end</c> (default): what is still reported counts until it has ended. <c>now</c>: nothing counts from this commit on.</summary>
    [AllowedValues("at_end", "now", null)]
    public string? Fence { get; init; }

    /// <summary>No grace, no clean-up, and the run ends in this commit.</summary>
    public bool? Force { get; init; }
}

/// <summary>The answer to a stop. The wish is durable when it arrives.</summary>
public sealed record StopReply
{
    /// <summary>
    /// <c>stopped</c> (the run has ended), <c>asked</c> (what executes is told), <c>already_stopping</c> (this request is recorded and changes
    /// nothing), <c>escalated</c> (it is sharper than the wish that was there) or <c>already_ended</c>.
    /// </summary>
    public string Answer { get; init; } = "";

    /// <summary>
    /// The run has ended and nothing of it executes any more, with proof. With <c>?wait</c>, true is what was waited for, and false says that
    /// the time was up first.
    /// </summary>
    public bool IsGone { get; init; }

    /// <summary>Attempts that were closed and of which nobody has proved that they are gone.</summary>
    public int Unproved { get; init; }

    /// <summary>The run's state now.</summary>
    public string State { get; init; } = "";

    /// <summary>The receipt so far; null for a run that ended without ever being asked to.</summary>
    public ReceiptDocument? Stop { get; init; }
}

/// <summary>The account of one stop: who wanted it, how it went, and what is proved.</summary>
public sealed record ReceiptDocument
{
    /// <summary>The stopped run.</summary>
    public Guid RunId { get; init; }

    /// <summary>The run's state now.</summary>
    public string State { get; init; } = "";

    /// <summary>Where the first request came from; see <see cref="StopSummary.Origin"/>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>A person wanted it; false: the system did.</summary>
    public bool IsManual { get; init; }

    /// <summary>Who asked first.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why, in the words of whoever asked first.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The grace of the first request, in seconds.</summary>
    public double GraceSeconds { get; init; }

    /// <summary><c>at_end</c> or <c>now</c>: the sharpest that was asked for.</summary>
    public string Fence { get; init; } = "";

    /// <summary>One of the requests was forced.</summary>
    public bool Force { get; init; }

    /// <summary>When the first request was committed.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>When what has not ended is killed.</summary>
    public DateTimeOffset GraceEndsAt { get; init; }

    /// <summary>When the server closes what nobody has reported.</summary>
    public DateTimeOffset EscalatesAt { get; init; }

    /// <summary>When the first worker was told; null when there was nobody to tell.</summary>
    public DateTimeOffset? SignalledAt { get; init; }

    /// <summary>When the first worker said that its code was told.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>From when on nothing counts.</summary>
    public DateTimeOffset? FencedAt { get; init; }

    /// <summary>When the run ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was proved that nothing of it executes any more; null while that is open.</summary>
    public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>When the run was pruned; the receipt is what is left of it. Null while the run is there.</summary>
    public DateTimeOffset? PrunedAt { get; init; }

    /// <summary>How far the ladder had to go, over all attempts; null when it never started or is unproved.</summary>
    public string? Rung { get; init; }

    /// <summary><c>never_started</c>, <c>exited</c>, <c>killed</c> (all proved) or <c>fenced</c>; null until the run has ended.</summary>
    public string? Verdict { get; init; }

    /// <summary>Attempts that were closed and of which nobody has proved that they are gone.</summary>
    public int Unproved { get; init; }

    /// <summary>Every request to stop this run, in their order.</summary>
    public IReadOnlyList<StopRequestDocument> Requests { get; init; } = [];

    /// <summary>Every attempt ever handed out, earlier tries included.</summary>
    public IReadOnlyList<AttemptDocument> Attempts { get; init; } = [];

    /// <summary>What it used; final once it has ended.</summary>
    public UsageDocument Usage { get; init; } = new();

    /// <summary>What it collected; null until it is counted.</summary>
    public ManifestDocument? Manifest { get; init; }

    /// <summary>The append-only lines behind this view, each with its hash.</summary>
    public IReadOnlyList<ReceiptEntryDocument> Entries { get; init; } = [];

    /// <summary>Whether its lines are sealed; null while there are none, or where the server has no key to seal with.</summary>
    public SealDocument? Seal { get; init; }

    /// <summary>Why it is not over yet; null once the run has ended and everything is proved.</summary>
    public StopProgress? Progress { get; init; }

    /// <summary>The runs it started; null when it started none.</summary>
    public StopTree? Tree { get; init; }
}

/// <summary>One of the requests to stop a run, and what it was told.</summary>
public sealed record StopRequestDocument
{
    /// <summary>Counts from 1.</summary>
    public int Number { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>See <see cref="StopSummary.Origin"/>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Who asked.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>In seconds.</summary>
    public double GraceSeconds { get; init; }

    /// <summary><c>at_end</c> or <c>now</c>.</summary>
    public string Fence { get; init; } = "";

    /// <summary>Whether it was forced.</summary>
    public bool Force { get; init; }

    /// <summary>See <see cref="StopReply.Answer"/>.</summary>
    public string Answer { get; init; } = "";
}

/// <summary>What a run had collected when nothing counted any more.</summary>
public sealed record ManifestDocument
{
    /// <summary>How many items.</summary>
    public long Items { get; init; }

    /// <summary>How many of them differ, byte for byte.</summary>
    public long Distinct { get; init; }

    /// <summary>The length of the NDJSON file.</summary>
    public long Bytes { get; init; }

    /// <summary>SHA-256 over the NDJSON file, in hex.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The run would have collected more: true for every run that was stopped.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>The forms in which the file is to be had.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];
}

/// <summary>A line of the receipt.</summary>
public sealed record ReceiptEntryDocument
{
    /// <summary>Counts from 1.</summary>
    public int Number { get; init; }

    /// <summary><c>ended</c> once, <c>proved</c> for every proof that came after the fence.</summary>
    public string Kind { get; init; } = "";

    /// <summary>When it was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What was known then.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>How many attempts were unproved then.</summary>
    public int Unproved { get; init; }

    /// <summary>The step that was proved.</summary>
    public string? Step { get; init; }

    /// <summary>SHA-256 over the entry, in hex.</summary>
    public string Sha256 { get; init; } = "";
}

/// <summary>How far a stop has got, and what it waits for.</summary>
public sealed record StopProgress
{
    /// <summary>
    /// <c>asked</c> (no worker has said yet that its code was told), <c>grace</c> (the code was told and has until the grace ends),
    /// <c>killing</c> (the grace is over: workers kill, look again and report), <c>clean_up</c> (the <c>finally</c> steps are at work) or
    /// <c>proof</c> (the run has ended; nobody has proved yet that all of it is gone).
    /// </summary>
    public string Stage { get; init; } = "";

    /// <summary>In words for people: what it waits for, and how long at most.</summary>
    public string Says { get; init; } = "";

    /// <summary>Until the run ends at the latest, in seconds; null once it has ended.</summary>
    public double? LeftSeconds { get; init; }

    /// <summary>Until what has not ended is killed, in seconds; null when the grace is over.</summary>
    public double? GraceLeftSeconds { get; init; }

    /// <summary>The attempts it waits for, and who holds them.</summary>
    public IReadOnlyList<HoldingDocument> HeldBy { get; init; } = [];

    /// <summary>What a forced stop would lose now; null when there is nothing left to force.</summary>
    public ForceLosses? ForceWouldLose { get; init; }
}

/// <summary>An attempt that a stop waits for.</summary>
public sealed record HoldingDocument
{
    /// <summary>The step's id.</summary>
    public string Step { get; init; } = "";

    /// <summary>Counts from 1 within its step.</summary>
    public int Try { get; init; }

    /// <summary>Which worker.</summary>
    public string Worker { get; init; } = "";

    /// <summary>The worker's session.</summary>
    public Guid Session { get; init; }

    /// <summary>What is left of it, where somebody has looked.</summary>
    public IReadOnlyList<ResidualDocument>? Residuals { get; init; }
}

/// <summary>What a forced stop would lose.</summary>
public sealed record ForceLosses
{
    /// <summary>Attempts whose result and further items would be refused.</summary>
    public int Attempts { get; init; }

    /// <summary>Of their grace, in seconds.</summary>
    public double GraceSeconds { get; init; }

    /// <summary>The <c>finally</c> nodes that would be skipped, or closed while they are at work.</summary>
    public IReadOnlyList<string> CleanUp { get; init; } = [];
}

/// <summary>The runs that a stopped run started, and theirs, without what was started detached: no stop reaches that.</summary>
public sealed record StopTree
{
    /// <summary>How many runs, this one included.</summary>
    public int Runs { get; init; }

    /// <summary>How many of them live: those whose stop is under way, or still to come.</summary>
    public int Live { get; init; }

    /// <summary>How many of those nobody has asked to stop.</summary>
    public int Unasked { get; init; }

    /// <summary>The weakest verdict of those that were stopped; null while one of them is stopping.</summary>
    public string? Verdict { get; init; }

    /// <summary>Each of them: this one first, then those that it started, then theirs. At most 1,000.</summary>
    public IReadOnlyList<StopMember> Members { get; init; } = [];

    /// <summary>False: the tree is larger than the 1,000 runs that were looked at.</summary>
    public bool IsComplete { get; init; }
}

/// <summary>A run of a stopped tree. How its own stop went is told by its own receipt.</summary>
public sealed record StopMember
{
    /// <summary>Its id.</summary>
    public Guid RunId { get; init; }

    /// <summary>The run that started it; null for one that nobody started.</summary>
    public Guid? ParentRunId { get; init; }

    /// <summary>Null for a run of an inline definition.</summary>
    public string? Workflow { get; init; }

    /// <summary>See <see cref="RunDocument.State"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>Where its stop came from; see <see cref="StopSummary.Origin"/>. Null where nobody has asked it, or it had ended before.</summary>
    public string? Origin { get; init; }

    /// <summary>See <see cref="ReceiptDocument.Verdict"/>; of a run that ended by itself too. Null until it has ended.</summary>
    public string? Verdict { get; init; }

    /// <summary>Attempts that were closed and of which nobody has proved that they are gone.</summary>
    public int Unproved { get; init; }
}
