using System.Text.Json;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Xpander.Workers;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What was said of a task after its start; null for what was not.</summary>
/// <param name="Worker">Which attempt it is said of, where it says so: the session, the step, the try.</param>
sealed record SaidOfTask(
    string? Status, string? Result, string? Title, JsonElement? PayloadExtension, JsonElement? DeepPlanning, TokensDocument? Tokens, IReadOnlyList<string>? Tools,
    bool? UsedMutatingTools, string? Worker, string? Step, int? Try)
{
    public const int LongestTitle = 1 << 20;

    public static SaidOfTask Read(Fields fields) => new(
        fields.Choice("status", Statuses.Filters)?.Status,
        fields.Any("result") is { } result ? Texts.Of(result) : null,
        fields.Text("title", LongestTitle),
        Invocation.ReadObject(fields, "payload_extension"),
        Invocation.ReadObject(fields, "deep_planning"),
        fields.Any("tokens") is { } tokens ? StepsSeen.TokensOf(tokens) : null,
        fields.Any("used_tools") is { } tools ? StepsSeen.ToolsOf(tools) : null,
        fields.Flag("used_mutating_tools"),
        Text(fields, "worker_id"),
        Text(fields, "last_executed_node_id"),
        fields.Any("execution_attempts") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var tries) ? tries : null);

    static string? Text(Fields fields, string name) => fields.Any(name) is { ValueKind: JsonValueKind.String } word ? word.GetString() : null;

    /// <summary>It says what the task has come to.</summary>
    public bool IsLast => Status is not (null or Statuses.Pending or Statuses.Executing or Statuses.Paused);

    public LastWord Word => new(Status, Result, Worker, Step, Try);

    /// <summary>What is not said stays as it was, and so does everything where it is too much. As what it ended only the worker that holds it says.</summary>
    public Later On(Later before, bool isHolder)
    {
        var status = !isHolder || Status is null ? before.Status : Status is Statuses.Error ? Status : null;
        if (status == before.Status && (Title, PayloadExtension, DeepPlanning, Tokens, Tools, UsedMutatingTools) is (null, null, null, null, null, null))
            return before;
        var after = before with
        {
            Status = status,
            Title = Title ?? before.Title,
            PayloadExtension = PayloadExtension ?? before.PayloadExtension,
            DeepPlanning = DeepPlanning ?? before.DeepPlanning,
            Tokens = Tokens ?? before.Tokens,
            UsedTools = Tools ?? before.UsedTools,
            UsedMutatingTools = UsedMutatingTools ?? before.UsedMutatingTools,
        };
        return new RunBeside { Later = after }.ToJson().Length <= RunBeside.Most ? after : status == before.Status ? before : before with { Status = status };
    }
}
