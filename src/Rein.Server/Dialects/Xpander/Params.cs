using System.Text.Json;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What requests may say; whatever else they say is passed over.</summary>
sealed record InvokeParams
{
    public required InputDocument Input { get; init; }
    public string? Id { get; init; }
    public JsonElement? PayloadExtension { get; init; }
    public string? ParentExecutionId { get; init; }
    public string? WorkerId { get; init; }
    public string? Source { get; init; }
    public string? OutputFormat { get; init; }
    public JsonElement? OutputSchema { get; init; }
    public bool? RunLocally { get; init; }
    public string? AdditionalContext { get; init; }
    public string? InstructionsOverride { get; init; }
    public string? TestRunNodeId { get; init; }
    public string? ExpectedOutput { get; init; }
    public bool? EventsStreaming { get; init; }
    public IReadOnlyList<JsonElement>? McpServers { get; init; }
    public string? TriggeringAgentId { get; init; }
    public string? Title { get; init; }
    public string? ThinkMode { get; init; }
    public bool? DisableAttachmentInjection { get; init; }
    public string? VoiceId { get; init; }
    public bool? ReturnMetrics { get; init; }
    public string? LlmModelProvider { get; init; }
    public string? LlmModelName { get; init; }
    public string? LlmReasoningEffort { get; init; }
}

sealed record UpdateParams
{
    public string? Status { get; init; }
    public string? Result { get; init; }
    public string? Title { get; init; }
    public JsonElement? PayloadExtension { get; init; }
    public JsonElement? DeepPlanning { get; init; }
    public TokensDocument? Tokens { get; init; }
    public IReadOnlyList<string>? UsedTools { get; init; }
    public bool? UsedMutatingTools { get; init; }
}

/// <summary>What a worker says of itself.</summary>
sealed record WorkerWord
{
    public string? Event { get; init; }
    public JsonElement? Data { get; init; }
}

sealed record MetricsParams
{
    public string? ExecutionId { get; init; }
    public MetricsTokens? LlmTokens { get; init; }
    public IReadOnlyList<string>? ApiCallsMade { get; init; }
}

sealed record MetricsTokens(TokensDocument? Worker);

sealed record AnswerParams
{
    /// <summary>Which step; absent where only one waits.</summary>
    public string? WaitNodeId { get; init; }

    public string? Note { get; init; }
}

sealed record AgentParams
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Icon { get; init; }
    public InstructionsDocument? Instructions { get; init; }
    public string? ModelProvider { get; init; }
    public string? ModelName { get; init; }
    public string? LlmReasoningEffort { get; init; }

    /// <summary>A definition of ours; absent for one step that is handed to a worker of this agent.</summary>
    public JsonElement? Definition { get; init; }
}
