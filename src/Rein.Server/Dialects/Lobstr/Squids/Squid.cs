using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>A workflow, and what lies beside it here.</summary>
sealed record Squid(WorkflowVersion Version, SquidRow Row)
{
    public string Id => Ids.Of(Version.Id);

    public string Name => Row.Name ?? Version.Name;

    /// <summary>Its tasks are what it is for; one that was saved elsewhere, or made of a workflow, does without.</summary>
    public bool NeedsTasks => Row.Kind is not null;
}

/// <summary>What lies beside a workflow for this dialect. One that was saved elsewhere has nothing of it, or its tasks alone.</summary>
sealed record SquidRow
{
    public string? Name { get; init; }

    /// <summary>What its definition does with every task. Null where the definition is somebody else's.</summary>
    public string? Kind { get; init; }

    /// <summary>The workflow that its definition was taken from.</summary>
    public Guid? Template { get; init; }

    public string? TemplateName { get; init; }
    public bool IsActive { get; init; } = true;
    public int Concurrency { get; init; } = 1;
    public JsonElement? Params { get; init; }
    public IReadOnlyList<TaskRow> Tasks { get; init; } = [];

    /// <summary>Hashes of the definitions that were made of it lately, or are about to be saved: any other is somebody else's.</summary>
    public IReadOnlyList<string> Made { get; init; } = [];

    /// <summary>More changes than these are not under way at once.</summary>
    const int MostMade = 16;

    public SquidRow With(Definition made) => this with { Made = [.. Made.Where(hash => hash != made.Hash).TakeLast(MostMade - 1), made.Hash] };

    /// <summary>Whether both make the same definition.</summary>
    public bool DoesAs(SquidRow other) => Kind == other.Kind && Concurrency == other.Concurrency && AreSame(Params, other.Params);

    static bool AreSame(JsonElement? one, JsonElement? other) => one is { } a && other is { } b ? JsonElement.DeepEquals(a, b) : one is null && other is null;
}

sealed record TaskRow(Guid Id, DateTimeOffset CreatedAt, JsonElement Params);

/// <summary>Everything that lies beside a workflow: each dialect has its own there, and leaves that of others alone.</summary>
sealed record BesideWorkflow
{
    [JsonPropertyName("lobstr")]
    public SquidRow? Squid { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>How it is kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(BesideWorkflow))]
sealed partial class KeptJson : JsonSerializerContext;
