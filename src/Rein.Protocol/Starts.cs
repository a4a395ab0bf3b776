using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Rein.Protocol;

/// <summary>What a run is started with. Everything is optional.</summary>
public sealed record StartRunRequest
{
    /// <summary>Checked against the definition's <c>inputSchema</c>. An object of at most 256 KiB.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>At most 32; names and values of at most 200 characters.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>-1,000 to 1,000, default 0; higher goes first.</summary>
    [Range(-1000, 1000)]
    public int? Priority { get; init; }

    /// <summary>
    /// Where nodes are executed that name no pool: a name of 1 to 64 letters, digits, dots, dashes and underscores, or <c>default</c>. Its children inherit it.
    /// </summary>
    [StringLength(64, MinimumLength = 1)]
    public string? Pool { get; init; }

    /// <summary>The limit this run counts under, at most 200 characters. A key without a limit has room for everybody.</summary>
    [StringLength(200, MinimumLength = 1)]
    public string? LimitKey { get; init; }

    /// <summary>What to do when the limit is full: <c>queue</c> (default), <c>reject</c> or <c>supersede</c>.</summary>
    [AllowedValues("queue", "reject", "supersede", null)]
    public string? OnConflict { get; init; }

    /// <summary>When the run is stopped at the latest, in seconds from the start; above 0, at most 31,536,000 (a year).</summary>
    [Range(0.001, 31_536_000)]
    public double? DeadlineSeconds { get; init; }

    /// <summary>How long it may wait before anything of it begins, in seconds; above 0, at most 31,536,000.</summary>
    [Range(0.001, 31_536_000)]
    public double? QueueTtlSeconds { get; init; }

    /// <summary>
    /// The credits it may use; when they are used up, the run is stopped with the grace of its definition. Above 0, at most 1,000,000,000, with at most
    /// 6 decimals.
    /// </summary>
    [Range(0.000001, 1_000_000_000)]
    public decimal? Budget { get; init; }

    /// <summary>An inline definition; only where no workflow is named.</summary>
    public JsonElement? Definition { get; init; }
}

/// <summary>Several runs of one workflow, started in one transaction: all of them are refused or none.</summary>
public sealed record StartRunsRequest
{
    /// <summary>1 to 1,000.</summary>
    [Length(1, 1000)]
    public IReadOnlyList<StartRunRequest> Runs { get; init; } = [];
}

/// <summary>An answer to each start, in the order of the request.</summary>
public sealed record StartRunsReply
{
    /// <summary>As many as were asked for.</summary>
    public IReadOnlyList<BatchStart> Runs { get; init; } = [];
}

/// <summary>What became of one start of a batch.</summary>
public sealed record BatchStart
{
    /// <summary>
    /// <c>started</c>, <c>blocked</c> (it waits for room under its limit), <c>conflict</c> (the limit is full and it said <c>reject</c>),
    /// <c>repeated</c> (the idempotency key was used by the same request: this is its run) or <c>key_reused</c> (by another request).
    /// </summary>
    public string Answer { get; init; } = "";

    /// <summary>The run; null where there is none.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Its state; null where nothing was started by this request.</summary>
    public string? State { get; init; }
}
