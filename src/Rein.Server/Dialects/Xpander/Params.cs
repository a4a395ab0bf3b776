using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Rein.Server.Dialects.Xpander.Agents;
using Rein.Server.Dialects.Xpander.Tasks;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What requests may say; whatever else they say is passed over.</summary>
sealed record InvokeParams
{
    public required InvokeInput Input { get; init; }
    public Guid? Id { get; init; }
    public JsonElement? PayloadExtension { get; init; }
    public Guid? ParentExecutionId { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? WorkerId { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? Source { get; init; }

    [OneOf(Invocation.Formats)]
    public string? OutputFormat { get; init; }

    public JsonElement? OutputSchema { get; init; }
    public bool? RunLocally { get; init; }

    [MaxLength(Invocation.LongestText)]
    public string? AdditionalContext { get; init; }

    [MaxLength(Invocation.LongestText)]
    public string? InstructionsOverride { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? TestRunNodeId { get; init; }

    [MaxLength(Invocation.LongestText)]
    public string? ExpectedOutput { get; init; }

    public bool? EventsStreaming { get; init; }

    [MaxLength(Invocation.MostServers)]
    public IReadOnlyList<JsonElement>? McpServers { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? TriggeringAgentId { get; init; }

    [MaxLength(Invocation.LongestText)]
    public string? Title { get; init; }

    [OneOf(Invocation.Modes)]
    public string? ThinkMode { get; init; }

    public bool? DisableAttachmentInjection { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? VoiceId { get; init; }

    public bool? ReturnMetrics { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? LlmModelProvider { get; init; }

    [MaxLength(Invocation.LongestWord)]
    public string? LlmModelName { get; init; }

    [OneOf(Invocation.Efforts)]
    public string? LlmReasoningEffort { get; init; }
}

/// <summary>It has a text or files.</summary>
sealed record InvokeInput
{
    [MaxLength(Invocation.LongestText)]
    public string? Text { get; init; }

    [MaxLength(Invocation.MostFiles)]
    public IReadOnlyList<string>? Files { get; init; }

    public JsonElement? User { get; init; }
}

sealed record UpdateParams
{
    [OneOf(Statuses.Words)]
    public string? Status { get; init; }

    public string? Result { get; init; }

    [MaxLength(SaidOfTask.LongestTitle)]
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
    [MaxLength(Invocation.LongestWord)]
    public string? Event { get; init; }

    public JsonElement? Data { get; init; }
}

sealed record MetricsParams
{
    [MaxLength(Invocation.LongestWord)]
    public required string ExecutionId { get; init; }

    public MetricsTokens? LlmTokens { get; init; }
    public IReadOnlyList<string>? ApiCallsMade { get; init; }
}

sealed record MetricsTokens(TokensDocument? Worker);

sealed record AnswerParams
{
    /// <summary>Which step; absent where only one waits.</summary>
    [MaxLength(Invocation.LongestWord)]
    public string? WaitNodeId { get; init; }

    [MaxLength(Answering.LongestNote)]
    public string? Note { get; init; }
}

sealed record AgentParams
{
    [StringLength(SaveAgent.LongestName, MinimumLength = 1)]
    public string? Name { get; init; }

    [MaxLength(SaveAgent.LongestText)]
    public string? Description { get; init; }

    [MaxLength(SaveAgent.LongestName)]
    public string? Icon { get; init; }

    public InstructionsParams? Instructions { get; init; }

    [MaxLength(SaveAgent.LongestName)]
    public string? ModelProvider { get; init; }

    [MaxLength(SaveAgent.LongestName)]
    public string? ModelName { get; init; }

    [OneOf(Invocation.Efforts)]
    public string? LlmReasoningEffort { get; init; }

    /// <summary>A definition of ours; absent for one step that is handed to a worker of this agent.</summary>
    public JsonElement? Definition { get; init; }
}

sealed record InstructionsParams
{
    [MaxLength(SaveAgent.MostLines)]
    public IReadOnlyList<string>? Role { get; init; }

    [MaxLength(SaveAgent.MostLines)]
    public IReadOnlyList<string>? Goal { get; init; }

    [MaxLength(SaveAgent.LongestText)]
    public string? General { get; init; }
}
