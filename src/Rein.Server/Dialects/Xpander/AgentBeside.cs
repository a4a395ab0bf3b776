using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What lies beside a workflow. One that was saved elsewhere has none of it.</summary>
sealed record AgentBeside
{
    public Settings? Agent { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BesideJson.Default.AgentBeside);
}

/// <summary>What is set for a workflow, for runs that ask for nothing else.</summary>
sealed record Settings
{
    /// <summary>Bytes. Lists tell of many agents at once.</summary>
    public const int Most = 64 << 10;

    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Icon { get; init; }
    public IReadOnlyList<string>? Role { get; init; }
    public IReadOnlyList<string>? Goal { get; init; }
    public string? General { get; init; }
    public string? ModelProvider { get; init; }
    public string? ModelName { get; init; }
    public string? ReasoningEffort { get; init; }
}
