using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Axiom;

/// <summary>What requests may say; whatever else they say is passed over. The key may stand in the header X-API-KEY instead.</summary>
sealed record TriggerParams
{
    public string? Key { get; init; }
    public required string Name { get; init; }

    /// <summary>Rows of cells, or tables of rows of cells.</summary>
    public JsonElement? Data { get; init; }
}

sealed record NameParams
{
    public string? Key { get; init; }
    public required string Name { get; init; }
}

sealed record ReportParams
{
    public string? Key { get; init; }
    public int? Count { get; init; }
}

sealed record KeyParams
{
    public string? Key { get; init; }
}

sealed record StopParams
{
    public string? Pid { get; init; }
    public string? Pw { get; init; }

    /// <summary>In the place of both.</summary>
    [JsonPropertyName("viewer_url")]
    public string? ViewerUrl { get; init; }
}
