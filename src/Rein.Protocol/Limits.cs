using System.ComponentModel.DataAnnotations;

namespace Rein.Protocol;

/// <summary>A limit to be set.</summary>
public sealed record PutLimitRequest
{
    /// <summary>0 to 1,000,000. With 0 nothing is admitted.</summary>
    [Range(0, 1_000_000)]
    public int Max { get; init; }
}

/// <summary>How many runs under one key may be admitted at once, who holds it, and who waits for it.</summary>
public sealed record LimitDocument
{
    /// <summary>The key that starts name; <c>workflow:NAME</c> is what <c>maxRunning</c> of a workflow makes.</summary>
    public string Key { get; init; } = "";

    /// <summary>How many may hold a slot at once.</summary>
    public int Max { get; init; }

    /// <summary>How many do. Above <see cref="Max"/> only after it was lowered.</summary>
    public int Held { get; init; }

    /// <summary>How many runs wait under the key.</summary>
    public long Waiting { get; init; }

    /// <summary>The first 50 live runs that hold a slot, the oldest first. Absent in lists.</summary>
    public IReadOnlyList<LimitRunDocument>? Holders { get; init; }

    /// <summary>Where the next page of holders begins; null when there are no more.</summary>
    public string? HoldersCursor { get; init; }

    /// <summary>The first 50 that wait, in the order in which they are admitted. Absent in lists.</summary>
    public IReadOnlyList<LimitRunDocument>? Queue { get; init; }

    /// <summary>Where the next page of the queue begins; null when there are no more.</summary>
    public string? QueueCursor { get; init; }
}

/// <summary>A run that holds a slot, or waits for one.</summary>
public sealed record LimitRunDocument
{
    /// <summary>The run.</summary>
    public Guid RunId { get; init; }

    /// <summary>Null for a run of an inline definition.</summary>
    public string? Workflow { get; init; }

    /// <summary><c>queued</c>, <c>running</c> or <c>waiting</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>It is on its way to free its slot.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Of one priority, the older goes first.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its place in the queue, from 1; null for a holder.</summary>
    public int? Place { get; init; }
}

/// <summary>A page of limits, by key, without holders and queue.</summary>
public sealed record LimitList
{
    /// <summary>The page.</summary>
    public IReadOnlyList<LimitDocument> Limits { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A page of holders, or of a queue.</summary>
public sealed record LimitRunList
{
    /// <summary>The page.</summary>
    public IReadOnlyList<LimitRunDocument> Runs { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What a blocked run waits for.</summary>
public sealed record WaitDocument
{
    /// <summary>The key.</summary>
    public string Key { get; init; } = "";

    /// <summary>How many may hold a slot at once; null where the limit was taken away just now.</summary>
    public int? Max { get; init; }

    /// <summary>How many do. Below <see cref="Max"/>: it is another key that holds the run back, or it is about to be admitted.</summary>
    public int Held { get; init; }

    /// <summary>Its place in the queue under the key, from 1; null beyond the first 1,000.</summary>
    public int? Place { get; init; }
}
