using System.Text.Json;

namespace Rein.Server.Dialects.B3os;

/// <summary>What every answer that is no refusal comes in.</summary>
sealed record Envelope<T>
{
    public int Code { get; init; }
    public required T Data { get; init; }
    public string Message { get; init; } = "";
    public string RequestId { get; init; } = "";
}

sealed record ErrorDocument
{
    public int Code { get; init; }
    public string Message { get; init; } = "";
    public IReadOnlyList<ErrorDetail> Details { get; init; } = [];
    public string RequestId { get; init; } = "";
}

sealed record ErrorDetail
{
    public string Code { get; init; } = "";
    public string Message { get; init; } = "";
    public string? Path { get; init; }
}

/// <summary>A run. The fields are those of the document of its stop, in that order; what there is none of is an empty text.</summary>
record RunDocument
{
    /// <summary>Absent in a summary.</summary>
    public IReadOnlyDictionary<string, NodeDocument>? ExecutionState { get; init; }

    /// <summary>Absent until it has ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    public string Id { get; init; } = "";
    public bool IsDustTest { get; init; }
    public bool IsSimulation { get; init; }
    public string OrganizationId { get; init; } = "";
    public JsonElement PropValues { get; init; }
    public IReadOnlyList<ForkDocument> SimulationForks { get; init; } = [];
    public string SimulationMode { get; init; } = "";
    public string SourceRunId { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public string Status { get; init; } = "";
    public decimal TotalCu { get; init; }
    public string TriggerSource { get; init; } = "";
    public string TriggeredBy { get; init; } = "";

    /// <summary>Absent in a summary.</summary>
    public DefinitionDocument? WorkflowDefinition { get; init; }

    public string WorkflowId { get; init; } = "";
    public int WorkflowVersion { get; init; }
}

/// <summary>What a retry has started. Its document says that it is the whole run; a client reads the id by another name.</summary>
sealed record RetriedRun : RunDocument
{
    public RetriedRun(RunDocument run) : base(run) => RunId = run.Id;

    public string RunId { get; }
}

sealed record ForkDocument
{
    public int ChainId { get; init; }
    public string ForkId { get; init; } = "";
    public string RpcUrl { get; init; } = "";
}

/// <summary>How a node of a run is.</summary>
sealed record NodeDocument
{
    public string Type { get; init; } = "";
    public string Status { get; init; } = "";

    /// <summary>Its payload with every expression replaced. Absent where it has not begun.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What it came to; of one that failed without a result, its error.</summary>
    public JsonElement? Result { get; init; }

    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Of a loop: the nodes of its first hundred iterations, in their order.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, NodeDocument>>? Iterations { get; init; }
}

sealed record DefinitionDocument
{
    /// <summary>On the snapshot of a run; absent on a workflow.</summary>
    public JsonElement? BlockExpansions { get; init; }

    public IReadOnlyList<InputDocument> InputSchema { get; init; } = [];
    public JsonElement Nodes { get; init; }
}

sealed record InputDocument
{
    public string Description { get; init; } = "";
    public string Key { get; init; } = "";
    public bool Required { get; init; }
    public string Type { get; init; } = "";
}

sealed record RunStarted
{
    public string RunId { get; init; } = "";
}

sealed record RunFinished
{
    public string RunId { get; init; } = "";
    public string Status { get; init; } = "";
    public IReadOnlyDictionary<string, NodeDocument> ExecutionState { get; init; } = new Dictionary<string, NodeDocument>();
    public long DurationMs { get; init; }
}

/// <summary>What has happened to a run, in its stream.</summary>
sealed record RunChange
{
    /// <summary><c>run_started</c>, <c>node_updated</c>, <c>run_updated</c> or <c>run_finished</c>: the name of the event too.</summary>
    public string Type { get; init; } = "";
    public string RunId { get; init; } = "";

    /// <summary>In summary, where the change is one of the run.</summary>
    public RunDocument? Run { get; init; }

    public string? NodeId { get; init; }
    public NodeDocument? Node { get; init; }
}

sealed record RunPage
{
    public IReadOnlyList<RunEntry> Items { get; init; } = [];
    public int Limit { get; init; }
    public int Offset { get; init; }
    public bool HasMore { get; init; }
}

/// <summary>A run in a list.</summary>
sealed record RunEntry
{
    public string Id { get; init; } = "";
    public string Status { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string WorkflowId { get; init; } = "";
    public string WorkflowName { get; init; } = "";
    public int WorkflowVersion { get; init; }
    public string TriggerSource { get; init; } = "";
    public string TriggeredBy { get; init; } = "";
    public string TriggerNodeId { get; init; } = "";
    public string SourceRunId { get; init; } = "";
    public bool IsDustTest { get; init; }
    public bool IsSimulation { get; init; }
    public decimal TotalCu { get; init; }
}

sealed record RunCounts
{
    public long Running { get; init; }
    public long Waiting { get; init; }
    public long Success { get; init; }
    public long Partial { get; init; }
    public long Failure { get; init; }
    public long Cancelled { get; init; }
    public long Total { get; init; }
}

sealed record NodeResumed
{
    /// <summary><c>resumed</c> or <c>skipped</c>.</summary>
    public string Action { get; init; } = "";

    /// <summary>Why it was skipped.</summary>
    public string Reason { get; init; } = "";
}

sealed record WorkflowDocument
{
    public string Id { get; init; } = "";
    public string OrganizationId { get; init; } = "";
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";

    /// <summary><c>draft</c> or <c>active</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The latest, which a run takes that names none.</summary>
    public int Version { get; init; }

    /// <summary>Absent until one was published.</summary>
    public int? PublishedVersion { get; init; }

    public DefinitionDocument Definition { get; init; } = new();
    public JsonElement PropValues { get; init; }

    /// <summary>Its latest version is not the published one.</summary>
    public bool HasDraft { get; init; }

    public bool HasLiveVersion { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

sealed record WorkflowPage
{
    public IReadOnlyList<WorkflowDocument> Items { get; init; } = [];
    public int Limit { get; init; }
    public int Offset { get; init; }
    public bool HasMore { get; init; }
}

/// <summary>What an organization has left of its compute units.</summary>
sealed record BalanceDocument
{
    /// <summary>Below zero where what had begun has used more than was left. Absent where there is no allowance.</summary>
    public decimal? Balance { get; init; }

    /// <summary>Nothing starts with a balance that is not more than this.</summary>
    public decimal MinThreshold { get; init; }
}

/// <summary>Whether a definition could be run.</summary>
sealed record Validation
{
    public bool Valid { get; init; }
    public IReadOnlyList<ErrorDetail> Errors { get; init; } = [];
}
