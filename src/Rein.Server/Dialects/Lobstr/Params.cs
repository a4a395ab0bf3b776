using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Server.Dialects.Lobstr.Squids;
using Rein.Server.Dialects.Lobstr.Tasks;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>What requests may say; whatever else they say is passed over.</summary>
sealed record RunParams
{
    [StringLength(SquidHash.Longest, MinimumLength = 1)]
    public required string Squid { get; init; }
}

sealed record SquidParams
{
    /// <summary>A kind of node, or the id or name of a saved workflow.</summary>
    [StringLength(CreateSquid.LongestCrawler, MinimumLength = 1)]
    public required string Crawler { get; init; }

    [StringLength(SquidFields.LongestName, MinimumLength = 1)]
    public string? Name { get; init; }
}

sealed record SquidSettings
{
    [StringLength(SquidFields.LongestName, MinimumLength = 1)]
    public string? Name { get; init; }

    [JsonPropertyName("is_active")] public bool? IsActive { get; init; }

    [Range(1, SquidFields.MostAtOnce)]
    public int? Concurrency { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }

    /// <summary>Empty: nothing is started by the clock here.</summary>
    [JsonPropertyName("cron_expression"), MaxLength(0)]
    public string? CronExpression { get; init; }
}

sealed record EmptyParams
{
    /// <summary><c>url</c>: tasks that have one; <c>params</c>: tasks that have none.</summary>
    [AllowedValues(EmptySquid.WithUrl, EmptySquid.WithoutUrl)]
    public required string Type { get; init; }
}

sealed record TaskParams
{
    [StringLength(SquidHash.Longest, MinimumLength = 1)]
    public required string Squid { get; init; }

    [Length(1, AddTasks.Most)]
    public required IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Tasks { get; init; }
}
