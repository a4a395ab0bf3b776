using System.ComponentModel.DataAnnotations;

namespace Rein.Protocol;

/// <summary>How a pool is set. What is not said is off.</summary>
public sealed record PutPoolRequest
{
    /// <summary>How stops are tried in it; null for not at all.</summary>
    public DrillRequest? Drill { get; init; }
}

/// <summary>How stops are tried: a small run is started and stopped now and then.</summary>
public sealed record DrillRequest
{
    /// <summary>Seconds from one drill to the next: 10 to 86,400, default 300.</summary>
    [Range(10, 86_400)]
    public double? EverySeconds { get; init; }

    /// <summary>How long a stop may take from the ask to the proof, in milliseconds: 10 to 60,000, default 2,000.</summary>
    [Range(10, 60_000)]
    public double? WithinMs { get; init; }
}

/// <summary>A wish that a pool, or a session, is handed nothing more.</summary>
public sealed record DrainRequest
{
    /// <summary>
    /// After so many seconds what is still held is handed back, and tried elsewhere or later: 0 to 604,800. Null: it takes as long as it takes.
    /// </summary>
    [Range(0, 604_800)]
    public double? GraceSeconds { get; init; }
}

/// <summary>A named set of workers, what they could take, and what waits for them.</summary>
public sealed record PoolDocument
{
    /// <summary>The name; <c>default</c> for the pool of everything that names none.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// <c>open</c>, <c>no_session</c> (no worker is connected), <c>drained</c> or <c>unable_to_stop</c> (its last drill failed); the last two are handed
    /// nothing new.
    /// </summary>
    public string State { get; init; } = "";

    /// <summary>How many workers are connected.</summary>
    public int Sessions { get; init; }

    /// <summary>How many of them are drained, by themselves or with their pool.</summary>
    public int Draining { get; init; }

    /// <summary>How many attempts they hold at most.</summary>
    public int Capacity { get; init; }

    /// <summary>How many they hold.</summary>
    public int Held { get; init; }

    /// <summary>How many more could be handed to those that are not drained.</summary>
    public int Free { get; init; }

    /// <summary>Places lost to code that ignores its stop, as of the last heartbeats.</summary>
    public int Lost { get; init; }

    /// <summary>How many steps wait to be handed out; of each kind at most 10,000 are counted.</summary>
    public long Waiting { get; init; }

    /// <summary>When the oldest run among them was created; null when none waits.</summary>
    public DateTimeOffset? OldestWaitingAt { get; init; }

    /// <summary>Null while it is not drained.</summary>
    public DrainDocument? Drain { get; init; }

    /// <summary>Null where stops are not tried.</summary>
    public DrillDocument? Drill { get; init; }

    /// <summary>The sessions themselves. Absent in lists.</summary>
    public IReadOnlyList<SessionDocument>? Workers { get; init; }
}

/// <summary>A drain that is on.</summary>
public sealed record DrainDocument
{
    /// <summary>Since when nothing new is handed out.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Who asked, as in receipts.</summary>
    public string By { get; init; } = "";

    /// <summary>When what is still held is handed back; null for never.</summary>
    public DateTimeOffset? HandBackAt { get; init; }
}

/// <summary>How stops are tried in a pool, and how it went.</summary>
public sealed record DrillDocument
{
    /// <summary>Seconds from one drill to the next; after one that failed it is tried again after 30 at the latest.</summary>
    public double EverySeconds { get; init; }

    /// <summary>How long a stop may take from the ask to the proof, in milliseconds.</summary>
    public double WithinMs { get; init; }

    /// <summary><c>waiting</c> (none has been finished yet), <c>passed</c>, or <c>failed</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Why { get; init; }

    /// <summary>When the last one ended; null before the first.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>From the ask until its code was told, in milliseconds; null where nobody said.</summary>
    public double? HeardMs { get; init; }

    /// <summary>From the ask to the proof, in milliseconds; null where there was none in time.</summary>
    public double? ProvedMs { get; init; }

    /// <summary>When the next one begins.</summary>
    public DateTimeOffset NextAt { get; init; }

    /// <summary>The run of the one that is under way; null between them.</summary>
    public Guid? RunId { get; init; }
}

/// <summary>A page of pools, by name.</summary>
public sealed record PoolList
{
    /// <summary>Without their sessions.</summary>
    public IReadOnlyList<PoolDocument> Pools { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What a step that may begin still waits for.</summary>
public sealed record PoolWaitDocument
{
    /// <summary>The pool that it is for.</summary>
    public string Pool { get; init; } = "";

    /// <summary>
    /// <c>no_session</c> (no worker is connected to the pool), <c>no_worker</c> (none of them takes the kind), <c>drained</c>, <c>unable_to_stop</c>, or
    /// <c>place</c> (its turn has not come: the places are taken).
    /// </summary>
    public string Why { get; init; } = "";

    /// <summary>The same in a sentence.</summary>
    public string Says { get; init; } = "";
}
