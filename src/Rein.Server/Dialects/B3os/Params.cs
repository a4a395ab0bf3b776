using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.B3os;

/// <summary>What requests may say; whatever else they say is passed over.</summary>
sealed record RunParams
{
    public JsonElement? Payload { get; init; }
    public string? RunId { get; init; }
    public bool? Simulate { get; init; }
    public bool? DustTest { get; init; }
    public string? TriggerNodeId { get; init; }
    public int? Version { get; init; }
}

sealed record DefinitionRunParams
{
    public JsonElement Definition { get; init; }
    public JsonElement? Payload { get; init; }
    public JsonElement? PropValues { get; init; }
    public string? RunId { get; init; }
}

sealed record WaitedRunParams
{
    public JsonElement Definition { get; init; }
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
    public string? Name { get; init; }
    public string? Description { get; init; }
    public JsonElement? Definition { get; init; }
    public JsonElement? PropValues { get; init; }
}

sealed record WorkflowChangeParams
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public JsonElement? Definition { get; init; }
    public JsonElement? PropValues { get; init; }

    /// <summary>The version that was seen last. Any other latest one is a conflict.</summary>
    public int? ExpectedVersion { get; init; }
}

sealed record PublishParams
{
    /// <summary>The version that was seen last. Any other latest one is a conflict.</summary>
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
