using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Axiom;

/// <summary>A refusal.</summary>
sealed record ErrorDocument
{
    public string Status { get; init; } = "error";
    public required string Message { get; init; }
}

/// <summary>An answer with something in it.</summary>
sealed record Success<T>
{
    public string Status { get; init; } = "success";
    public required T Data { get; init; }
}

/// <summary>What a trigger has come to: a link alone, or that the run waits. The last two are beyond their document: by them a run that waits can be stopped.</summary>
sealed record TriggerDocument
{
    [JsonPropertyName("OPEN LINK IN BROWSER")]
    public string? Link { get; init; }

    public string? Status { get; init; }
    public string? Message { get; init; }

    [JsonPropertyName("run_id")]
    public Guid? RunId { get; init; }

    [JsonPropertyName("viewer_url")]
    public string? ViewerUrl { get; init; }
}

/// <param name="Stopped">The pid of the run.</param>
sealed record StoppedDocument(string Stopped);

/// <param name="Data">By token: rows of cells.</param>
sealed record RunDataDocument(string Status, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>> Data);

sealed record NameList(IReadOnlyList<string> Names);

sealed record ReportList(IReadOnlyList<ReportDocument> Reports);

sealed record ReportDocument
{
    [JsonPropertyName("task_name")]
    public required string TaskName { get; init; }

    public required string Status { get; init; }
    public required string Description { get; init; }

    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonPropertyName("updated_at")]
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Minutes, of the current month.</summary>
sealed record RuntimeDocument
{
    public required double Used { get; init; }

    /// <summary>Null for as much as it likes; so is what remains.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double? Allowance { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double? Remaining { get; init; }
}
