using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>A worker says what a task has used. It says the same with its last word on the task; what comes behind the end changes nothing.</summary>
static class ReportMetrics
{
    public static void MapReportMetrics(this IEndpointRouteBuilder sdk) =>
        sdk.MapPost("/agents-metrics/{agentId}/execution", Handle).Needs(Scopes.Work | Scopes.Start, also: Scopes.Read).WithName("reportMetrics").Takes<MetricsParams>().Answers<TaskDocument>()
            .Says("Says what a task under way has used.");

    static async Task<IResult> Handle(HttpContext http, string agentId, Caller caller, IStores stores, TaskPages pages, Remarks remarks, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var task = fields.Text("execution_id", Invocation.LongestWord);
        if (task is null)
            fields.Missing("execution_id", "which task");
        var tokens = fields.Any("llm_tokens") is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty("worker", out var worker) ? StepsSeen.TokensOf(worker) : null;
        var tools = fields.Any("api_calls_made") is { } calls ? StepsSeen.ToolsOf(calls) : null;
        if (fields.Refusal is { } refusal)
            return refusal;
        var (run, refused) = await pages.Find(caller.Organization, task!, cancel);
        if (run is null)
            return refused!;
        if (!run.HasEnded && (caller.Scopes.HasFlag(Scopes.Start) || AgentSteps.AreFor(caller, run)) && (tokens ?? (object?)tools) is not null)
            await remarks.Put(run, before => before with { Tokens = tokens ?? before.Tokens, UsedTools = tools ?? before.UsedTools }, evenEnded: false, cancel);
        return await stores.Reader.Find(caller.Organization, run.Id, cancel) is { } now && await pages.Read(now.Run, cancel) is { } told
            ? Replies.Of(told)
            : TaskPages.NotFound(run.Id);
    }
}
