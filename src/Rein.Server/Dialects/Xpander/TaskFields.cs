using Rein.Core.Definitions;
using Rein.Core.Runs;

namespace Rein.Server.Dialects.Xpander;

/// <summary>A run, field by field: from its head, from what was asked, from what was said of it later, and from its steps.</summary>
static class TaskFields
{
    public static TaskDocument Of(Run run, Asked asked, Later later, StepsSeen seen) => new()
    {
        AgentId = Ids.NoAgent,
        OrganizationId = run.Organization.ToString(),
        Status = Statuses.Of(run, later.Status),
        InternalStatus = Statuses.Inner(run),
        LastExecutedNodeId = seen.LastNode,
        AgentVersion = run.Workflow is null ? null : run.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        // Nothing has moved since: that is what waiting is.
        PausedAt = run.State is RunState.Waiting ? run.ChangedAt : null,
        FinishedAt = run.EndedAt,
        Result = seen.Result,
        IsManuallyStopped = Statuses.IsManual(run),
        PayloadExtension = later.PayloadExtension ?? asked.PayloadExtension,
        HitlRequest = seen.Asking is { } step ? new(step) : null,
        Source = asked.Source ?? (run.Parent is null ? "api" : "agent"),
        WorkerId = seen.Worker ?? asked.WorkerId,
        AdditionalContext = asked.AdditionalContext,
        InstructionsOverride = asked.InstructionsOverride,
        TestRunNodeId = asked.TestRunNodeId,
        ExpectedOutput = asked.ExpectedOutput,
        OutputFormat = asked.OutputFormat ?? "text",
        OutputSchema = asked.OutputSchema,
        EventsStreaming = asked.EventsStreaming,
        UsedMutatingTools = later.UsedMutatingTools is true,
        IsOrchestration = run.Definition.Nodes.Values.Any(node => node.IsCall),
        TriggeringAgentId = asked.TriggeringAgentId,
        Title = later.Title ?? asked.Title,
        ThinkMode = asked.ThinkMode ?? "default",
        DisableAttachmentInjection = asked.DisableAttachmentInjection,
        VoiceId = asked.VoiceId,
        DeepPlanning = later.DeepPlanning,
        ExecutionAttempts = seen.Tries,
        ReturnMetrics = asked.ReturnMetrics,
        Tokens = later.Tokens ?? seen.Tokens,
        UsedTools = later.UsedTools is { Count: > 0 } used ? used : seen.Tools,
        Duration = run.Used.TotalSeconds,
        LlmModelProvider = asked.ModelProvider,
        LlmModelName = asked.ModelName,
        LlmReasoningEffort = asked.ReasoningEffort,
    };
}
