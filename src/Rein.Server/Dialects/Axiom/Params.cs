using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Server.Dialects.Axiom.Runs;
using Rein.Server.Dialects.Axiom.Viewer;

namespace Rein.Server.Dialects.Axiom;

/// <summary>What requests may say; whatever else they say is passed over. The key may stand in the header X-API-KEY instead.</summary>
sealed record TriggerParams
{
    public string? Key { get; init; }

    [MinLength(AutomationName.Shortest)]
    public required string Name { get; init; }

    /// <summary>Rows of cells, or tables of rows of cells.</summary>
    public IReadOnlyList<IReadOnlyList<JsonElement>>? Data { get; init; }
}

sealed record NameParams
{
    public string? Key { get; init; }

    [MinLength(AutomationName.Shortest)]
    public required string Name { get; init; }
}

sealed record ReportParams
{
    public string? Key { get; init; }

    [Range(ReadRunReports.Least, ReadRunReports.Most)]
    public int? Count { get; init; }
}

sealed record KeyParams
{
    public string? Key { get; init; }
}

sealed record StopParams
{
    /// <summary>Two digits, or the name of the host that ends in them.</summary>
    [StringLength(ViewerAddress.LongestHost, MinimumLength = ViewerLinks.PidLength)]
    public string? Pid { get; init; }

    [MinLength(StopRun.ShortestPassword)]
    public string? Pw { get; init; }

    /// <summary>In the place of both.</summary>
    [JsonPropertyName("viewer_url")]
    public string? ViewerUrl { get; init; }
}
