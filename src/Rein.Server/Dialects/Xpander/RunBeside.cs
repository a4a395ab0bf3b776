using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Core.Runs;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What lies beside a run. What others have put there stays.</summary>
sealed record RunBeside
{
    public Asked? Asked { get; init; }
    public Later? Later { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Bytes. Lists look beside many runs at once.</summary>
    public const int Most = 256 << 10;

    public static RunBeside Of(Extras? extras) => SharedJson.Read(extras?.Json ?? default, BesideJson.Default.RunBeside) ?? new();

    public static RunBeside ToWrite(Extras? extras) => SharedJson.ReadToWrite(extras?.Json ?? default, BesideJson.Default.RunBeside) ?? new();

    /// <summary>A run that repeats another has what was asked of that one, and nothing of what has become of it.</summary>
    public Later LaterOf(Guid run) => Later is { } later && later.Run == run ? later : new() { Run = run };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BesideJson.Default.RunBeside);
}

/// <summary>What a start has said of a run.</summary>
sealed record Asked
{
    public string? UserId { get; init; }
    public JsonElement? PayloadExtension { get; init; }
    public string? Parent { get; init; }
    public string? WorkerId { get; init; }

    /// <summary>Its client is its worker, and needs not to be told of it.</summary>
    public bool RunLocally { get; init; }

    public string? Source { get; init; }
    public string? OutputFormat { get; init; }
    public JsonElement? OutputSchema { get; init; }
    public string? AdditionalContext { get; init; }
    public string? InstructionsOverride { get; init; }
    public string? TestRunNodeId { get; init; }
    public string? ExpectedOutput { get; init; }
    public bool EventsStreaming { get; init; }
    public IReadOnlyList<JsonElement>? McpServers { get; init; }
    public string? TriggeringAgentId { get; init; }
    public string? Title { get; init; }
    public string? ThinkMode { get; init; }
    public bool DisableAttachmentInjection { get; init; }
    public string? VoiceId { get; init; }
    public bool ReturnMetrics { get; init; }

    /// <summary>What it runs with: as it was asked for, else what the workflow had set when it was started.</summary>
    public string? ModelProvider { get; init; }

    public string? ModelName { get; init; }
    public string? ReasoningEffort { get; init; }
}

/// <summary>What was said of a run after its start.</summary>
sealed record Later
{
    /// <summary>Whose it is.</summary>
    public Guid Run { get; init; }

    /// <summary>It is told to nobody any more.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>What its worker says that it ended as.</summary>
    public string? Status { get; init; }

    public string? Title { get; init; }
    public JsonElement? PayloadExtension { get; init; }
    public JsonElement? DeepPlanning { get; init; }
    public TokensDocument? Tokens { get; init; }
    public IReadOnlyList<string>? UsedTools { get; init; }
    public bool? UsedMutatingTools { get; init; }
}
