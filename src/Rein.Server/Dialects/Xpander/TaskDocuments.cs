using System.Text.Json;

namespace Rein.Server.Dialects.Xpander;

/// <summary>A run as it is told: every field is there, null where there is nothing.</summary>
sealed record TaskDocument
{
    public string Id { get; init; } = "";
    public string AgentId { get; init; } = "";
    public string OrganizationId { get; init; } = "";
    public InputDocument Input { get; init; } = new();
    public string Status { get; init; } = "";
    public string? InternalStatus { get; init; }
    public string? LastExecutedNodeId { get; init; }
    public string? AgentVersion { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? PausedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? Result { get; init; }
    public string? ParentExecution { get; init; }
    public IReadOnlyList<string> SubExecutions { get; init; } = [];
    public IReadOnlyList<string> FinishedSubExecutions { get; init; } = [];
    public bool IsManuallyStopped { get; init; }
    public JsonElement? PayloadExtension { get; init; }
    public ApprovalDocument? HitlRequest { get; init; }
    public SignInDocument? PendingEcaRequest { get; init; }
    public string? Source { get; init; }
    public string? WorkerId { get; init; }
    public string? AdditionalContext { get; init; }
    public string? InstructionsOverride { get; init; }
    public string? TestRunNodeId { get; init; }
    public string? ExpectedOutput { get; init; }
    public string OutputFormat { get; init; } = "text";
    public JsonElement? OutputSchema { get; init; }
    public bool EventsStreaming { get; init; }
    public bool UsedMutatingTools { get; init; }
    public bool IsContinuous { get; init; }
    public bool IsOrchestration { get; init; }
    public IReadOnlyList<JsonElement> McpServers { get; init; } = [];
    public string? TriggeringAgentId { get; init; }
    public string? Title { get; init; }
    public string ThinkMode { get; init; } = "default";
    public bool DisableAttachmentInjection { get; init; }
    public string? VoiceId { get; init; }
    public JsonElement? DeepPlanning { get; init; }
    public int ExecutionAttempts { get; init; } = 1;
    public JsonElement? UserTokens { get; init; }
    public string? UserOidcToken { get; init; }
    public bool ReturnMetrics { get; init; }
    public TokensDocument? Tokens { get; init; }
    public IReadOnlyList<string> UsedTools { get; init; } = [];
    public double Duration { get; init; }
    public string? LlmModelProvider { get; init; }
    public string? LlmModelName { get; init; }
    public string? LlmReasoningEffort { get; init; }
}

sealed record InputDocument
{
    public string Text { get; init; } = "";
    public IReadOnlyList<string> Files { get; init; } = [];
    public JsonElement? User { get; init; }
}

/// <param name="WaitNodeId">The step that waits for somebody to approve or reject.</param>
sealed record ApprovalDocument(string WaitNodeId);

sealed record SignInDocument(string ConnectorName, string AuthUrl);

sealed record TokensDocument(long CompletionTokens, long PromptTokens, long TotalTokens);

sealed record TaskPage
{
    public IReadOnlyList<TaskDocument> Items { get; init; } = [];
    public int Total { get; init; }
    public int Page { get; init; }
    public int PerPage { get; init; }
    public int TotalPages { get; init; }
}

/// <summary>A run in a history.</summary>
sealed record TaskEntry
{
    public string Id { get; init; } = "";
    public string AgentId { get; init; } = "";
    public string? UserId { get; init; }
    public string? ParentTaskId { get; init; }
    public string? TriggeringAgentId { get; init; }
    public string OrganizationId { get; init; } = "";
    public string Status { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public string? SourceNodeType { get; init; }
    public string? Result { get; init; }
    public string? Title { get; init; }
}

/// <summary>What is told of a run while somebody listens.</summary>
/// <param name="Type"><c>task_created</c>, <c>task_updated</c> or <c>task_finished</c>.</param>
sealed record TaskEvent(string Type, string TaskId, string OrganizationId, DateTimeOffset Time, TaskDocument Data);
