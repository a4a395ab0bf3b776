using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>What requests may say; whatever else they say is passed over.</summary>
sealed record RunParams
{
    public string Squid { get; init; } = "";
}

sealed record SquidParams
{
    /// <summary>A kind of node, or the id or name of a saved workflow.</summary>
    public string Crawler { get; init; } = "";

    public string? Name { get; init; }
}

sealed record SquidSettings
{
    public string? Name { get; init; }
    [JsonPropertyName("is_active")] public bool? IsActive { get; init; }
    public int? Concurrency { get; init; }
    public JsonElement? Params { get; init; }
    [JsonPropertyName("cron_expression")] public string? CronExpression { get; init; }
}

sealed record EmptyParams
{
    /// <summary><c>url</c>: tasks that have one; <c>params</c>: tasks that have none.</summary>
    public string Type { get; init; } = "";
}

sealed record TaskParams
{
    public string Squid { get; init; } = "";
    public IReadOnlyList<JsonElement> Tasks { get; init; } = [];
}
