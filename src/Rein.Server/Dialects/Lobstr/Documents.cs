using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Lobstr;

sealed record ErrorDocument
{
    public ErrorBody Error { get; init; } = new();
}

sealed record ErrorBody
{
    public string Message { get; init; } = "";
    public string Type { get; init; } = "";
    public string? Param { get; init; }
}

/// <summary>The same, as their client libraries read it.</summary>
sealed record ClientErrorDocument
{
    public ClientErrorBody Errors { get; init; } = new();
}

sealed record ClientErrorBody
{
    public string Message { get; init; } = "";
    public string Type { get; init; } = "";
    public int Code { get; init; }
}

sealed record DetailDocument
{
    public string Detail { get; init; } = "";
}

/// <summary>A run. The fields are those of the document of its abort, in that order.</summary>
sealed record RunDocument
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "run";

    /// <summary>Null for a run of no workflow.</summary>
    public string? Squid { get; init; }

    [JsonPropertyName("is_done")] public bool IsDone { get; init; }

    /// <summary>Of one that has not begun: when it was created.</summary>
    [JsonPropertyName("started_at")] public DateTimeOffset StartedAt { get; init; }

    [JsonPropertyName("total_results")] public long TotalResults { get; init; }

    /// <summary>How many of them differ. Null where they cannot be read back just now.</summary>
    [JsonPropertyName("total_unique_results")] public long? TotalUniqueResults { get; init; }

    [JsonPropertyName("next_launch_at")] public DateTimeOffset? NextLaunchAt { get; init; }
    [JsonPropertyName("ended_at")] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Seconds in which it was executed.</summary>
    public decimal Duration { get; init; }

    [JsonPropertyName("credit_used")] public decimal CreditUsed { get; init; }

    /// <summary><c>user</c>, or <c>workflow</c> where another run has started it.</summary>
    public string Origin { get; init; } = "";

    [JsonPropertyName("force_launch")] public bool ForceLaunch { get; init; }
    public string Status { get; init; } = "";

    /// <summary>Null until it is settled; false where it was given up.</summary>
    [JsonPropertyName("export_done")] public bool? ExportDone { get; init; }

    /// <summary>How many results are in the file.</summary>
    [JsonPropertyName("export_count")] public long ExportCount { get; init; }

    [JsonPropertyName("export_time")] public DateTimeOffset? ExportTime { get; init; }
    [JsonPropertyName("email_done")] public bool? EmailDone { get; init; }
    [JsonPropertyName("email_time")] public DateTimeOffset? EmailTime { get; init; }
    [JsonPropertyName("created_at")] public DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("done_reason")] public string? DoneReason { get; init; }
    [JsonPropertyName("done_reason_desc")] public string? DoneReasonDesc { get; init; }

    /// <summary>On a run that is read by itself, and always null there.</summary>
    [JsonPropertyName("email_verification"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? EmailVerification { get; init; }
}

sealed record PageDocument<T>
{
    [JsonPropertyName("total_results")] public long TotalResults { get; init; }
    public int Limit { get; init; }
    public int Page { get; init; }
    [JsonPropertyName("total_pages")] public long TotalPages { get; init; }

    /// <summary>The number of the first on this page, from 1; 0 on an empty one.</summary>
    [JsonPropertyName("result_from")] public long ResultFrom { get; init; }

    [JsonPropertyName("result_to")] public long ResultTo { get; init; }
    public IReadOnlyList<T> Data { get; init; } = [];

    /// <summary>An address.</summary>
    public string? Next { get; init; }

    public string? Previous { get; init; }
}

/// <summary>How far a run is.</summary>
sealed record StatsDocument
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "run";

    /// <summary><c>0:00:15.175532</c></summary>
    public string Duration { get; init; } = "";

    [JsonPropertyName("started_at")] public DateTimeOffset StartedAt { get; init; }
    [JsonPropertyName("ended_at")] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>As a duration; <c>∞</c> where nothing can be said.</summary>
    public string Eta { get; init; } = "";

    [JsonPropertyName("is_done")] public bool IsDone { get; init; }
    [JsonPropertyName("percent_done")] public string PercentDone { get; init; } = "";
    [JsonPropertyName("total_results")] public long TotalResults { get; init; }
    [JsonPropertyName("total_tasks")] public int TotalTasks { get; init; }
    [JsonPropertyName("total_tasks_done")] public int TotalTasksDone { get; init; }
    [JsonPropertyName("total_tasks_left")] public int TotalTasksLeft { get; init; }

    /// <summary>The id of one that is executed now; empty for none.</summary>
    [JsonPropertyName("current_task")] public string CurrentTask { get; init; } = "";

    /// <summary>Null until it has ended: nobody knows before.</summary>
    [JsonPropertyName("results_total")] public long? ResultsTotal { get; init; }

    [JsonPropertyName("results_done")] public long ResultsDone { get; init; }
    [JsonPropertyName("updated_at")] public DateTimeOffset UpdatedAt { get; init; }
}

sealed record CreditsDocument
{
    [JsonPropertyName("run_id")] public string RunId { get; init; } = "";
    [JsonPropertyName("total_credits")] public decimal TotalCredits { get; init; }
    [JsonPropertyName("total_results")] public long TotalResults { get; init; }

    /// <summary>By kind of node.</summary>
    public IReadOnlyList<CreditShare> Breakdown { get; init; } = [];

    /// <summary>Credits for a second, by kind of node.</summary>
    public IReadOnlyDictionary<string, double> Rates { get; init; } = new Dictionary<string, double>();
}

sealed record CreditShare
{
    public string Function { get; init; } = "";
    public decimal Credits { get; init; }
    public int Attempts { get; init; }
}

/// <summary>A task in a run.</summary>
sealed record RunTaskDocument
{
    public string Object { get; init; } = "runtask";
    public string Id { get; init; } = "";
    [JsonPropertyName("started_at")] public DateTimeOffset? StartedAt { get; init; }
    [JsonPropertyName("ended_at")] public DateTimeOffset? EndedAt { get; init; }
    [JsonPropertyName("total_results")] public long TotalResults { get; init; }
    [JsonPropertyName("last_result")] public long LastResult { get; init; }
    [JsonPropertyName("done_reason")] public string? DoneReason { get; init; }
    public string Status { get; init; } = "";
    public string Run { get; init; } = "";
    public string Task { get; init; } = "";
    public JsonElement Params { get; init; }
    [JsonPropertyName("done_reason_desc")] public string? DoneReasonDesc { get; init; }
}

sealed record DownloadDocument
{
    /// <summary>An address that needs no key, for an hour.</summary>
    public string S3 { get; init; } = "";
}

sealed record SquidDocument
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "squid";
    public string Name { get; init; } = "";
    [JsonPropertyName("created_at")] public DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("is_active")] public bool IsActive { get; init; }

    /// <summary>It has tasks, or needs none.</summary>
    [JsonPropertyName("is_ready")] public bool IsReady { get; init; }

    public string Crawler { get; init; } = "";
    [JsonPropertyName("crawler_name")] public string CrawlerName { get; init; } = "";
    public int Concurrency { get; init; }
    public JsonElement Params { get; init; }
    [JsonPropertyName("last_run")] public string? LastRun { get; init; }

    /// <summary>In upper case.</summary>
    [JsonPropertyName("last_run_status")] public string? LastRunStatus { get; init; }

    [JsonPropertyName("last_run_at")] public DateTimeOffset? LastRunAt { get; init; }
    [JsonPropertyName("last_run_done_reason")] public string? LastRunDoneReason { get; init; }
    [JsonPropertyName("total_runs")] public long TotalRuns { get; init; }
}

sealed record SquidEmptied
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "squid";
    public bool Emptied { get; init; } = true;
    [JsonPropertyName("deleted_count")] public int DeletedCount { get; init; }
}

sealed record TaskDocument
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "task";
    [JsonPropertyName("created_at")] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>As its squid is.</summary>
    [JsonPropertyName("is_active")] public bool IsActive { get; init; }

    public JsonElement Params { get; init; }
}

sealed record TasksAdded
{
    [JsonPropertyName("duplicated_count")] public int DuplicatedCount { get; init; }
    public IReadOnlyList<TaskDocument> Tasks { get; init; } = [];
}

sealed record TaskDeleted
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "task";
    public bool Deleted { get; init; } = true;
}

sealed record CrawlerDocument
{
    public string Id { get; init; } = "";
    public string Object { get; init; } = "crawler";

    /// <summary>The kind of node.</summary>
    public string Name { get; init; } = "";
}

sealed record UserDocument
{
    /// <summary>Of the organization.</summary>
    public string Id { get; init; } = "";

    public string Object { get; init; } = "user";

    /// <summary>The key, as it is called where something is recorded of it.</summary>
    public string Username { get; init; } = "";

    /// <summary>It operates the installation.</summary>
    [JsonPropertyName("is_staff")] public bool IsStaff { get; init; }
}
