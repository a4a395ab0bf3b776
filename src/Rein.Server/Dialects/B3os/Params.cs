using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Core.Definitions;
using Rein.Core.Runs;

namespace Rein.Server.Dialects.B3os;

/// <summary>What requests may say; whatever else they say is passed over.</summary>
sealed record RunParams
{
    public JsonElement? Payload { get; init; }

    [StringLength(Extras.LongestAlias), RegularExpression(Ids.ChosenPattern)]
    public string? RunId { get; init; }

    public bool? Simulate { get; init; }
    public bool? DustTest { get; init; }

    [AllowedValues(Core.Definitions.Definition.RootId, null)]
    public string? TriggerNodeId { get; init; }

    [Range(1, int.MaxValue)]
    public int? Version { get; init; }
}

sealed record DefinitionRunParams
{
    public required JsonElement Definition { get; init; }
    public JsonElement? Payload { get; init; }
    public JsonElement? PropValues { get; init; }

    [StringLength(Extras.LongestAlias), RegularExpression(Ids.ChosenPattern)]
    public string? RunId { get; init; }
}

sealed record WaitedRunParams
{
    public required JsonElement Definition { get; init; }
    public JsonElement? Payload { get; init; }
    public JsonElement? PropValues { get; init; }
}

sealed record ResumeParams
{
    public JsonElement? Data { get; init; }
    public JsonElement? Payload { get; init; }
}

sealed record WorkflowParams
{
    public const int LongestTitle = 200;
    public const int LongestDescription = 10_000;

    [StringLength(LongestTitle, MinimumLength = 1)]
    public required string Name { get; init; }

    [MaxLength(LongestDescription)]
    public string? Description { get; init; }

    public required JsonElement Definition { get; init; }
    public JsonElement? PropValues { get; init; }
}

sealed record WorkflowChangeParams
{
    [StringLength(WorkflowParams.LongestTitle, MinimumLength = 1)]
    public string? Name { get; init; }

    [MaxLength(WorkflowParams.LongestDescription)]
    public string? Description { get; init; }

    public JsonElement? Definition { get; init; }
    public JsonElement? PropValues { get; init; }

    /// <summary>The version that was seen last. Any other latest one is a conflict.</summary>
    [Range(1, int.MaxValue)]
    public int? ExpectedVersion { get; init; }
}

sealed record DefinitionParams
{
    public required JsonElement Definition { get; init; }
}

sealed record PublishParams
{
    /// <summary>The version that was seen last. Any other latest one is a conflict.</summary>
    [Range(1, int.MaxValue)]
    public int? ExpectedVersion { get; init; }
}

/// <summary>What lies beside a run that was started here.</summary>
sealed record RunExtras
{
    public string? By { get; init; }
    public JsonElement? PropValues { get; init; }

    /// <summary>What others have put there.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>What lies beside a workflow that was saved here. One that was not has none: then its name is its title, and its latest version is published.</summary>
sealed record WorkflowExtras
{
    public string? Title { get; init; }
    public string? Description { get; init; }
    public int? Published { get; init; }
    public JsonElement? PropValues { get; init; }

    /// <summary>What another dialect keeps there.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
