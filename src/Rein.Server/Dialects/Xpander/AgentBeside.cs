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

    /// <summary>What was set before, the oldest first: runs that were started elsewhere took nothing of it with them.</summary>
    public IReadOnlyList<FormerModel>? Former { get; init; }

    const int MostFormer = 50;

    /// <param name="now">By the clock that says when a run was created.</param>
    public Settings After(Settings before, DateTimeOffset now) => Model == before.Model
        ? this
        : this with { Former = [.. (before.Former ?? []).TakeLast(MostFormer - 1), new(now, before.ModelProvider, before.ModelName, before.ReasoningEffort)] };

    /// <summary>What was set at a moment, as if it had been asked for; nothing where that is longer ago than is remembered.</summary>
    public Asked ModelAt(DateTimeOffset moment) => Former?.FirstOrDefault(former => former is not null && moment < former.Until) switch
    {
        null => new() { ModelProvider = ModelProvider, ModelName = ModelName, ReasoningEffort = ReasoningEffort },
        var oldest when Former.Count == MostFormer && oldest == Former[0] => new(),
        var former => new() { ModelProvider = former.ModelProvider, ModelName = former.ModelName, ReasoningEffort = former.ReasoningEffort },
    };

    (string?, string?, string?) Model => (ModelProvider, ModelName, ReasoningEffort);
}

/// <summary>With what runs were executed that had asked for nothing else.</summary>
/// <param name="Until">When something else was set.</param>
sealed record FormerModel(DateTimeOffset Until, string? ModelProvider, string? ModelName, string? ReasoningEffort);
