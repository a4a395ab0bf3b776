using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Agents;

/// <summary>Tells of a task while it is under way: from its start on, or from now on.</summary>
static class StreamTask
{
    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapPost("/agents/{agentId}/invoke/stream", Invoke).Needs(Scopes.Start, also: Scopes.Read).WithName("invokeAgentStream").Takes<InvokeParams>().Tells(typeof(TaskEvent))
            .Says("Starts a task, and tells of it until its end (server-sent events `task_created`, `task_updated`, `task_finished`).", InvokeAgent.Version);
        sdk.MapGet("/{organization:guid}/agent-execution/{taskId}/events", Watch).Needs(Scopes.Read).WithName("watchTask").Tells(typeof(TaskEvent))
            .Says("Tells of a task until its end, as the SDK asks for it.");
    }

    static async Task<IResult> Invoke(HttpContext http, string agentId, Query query, Caller caller, Starts starts, TaskStreams streams, CancellationToken cancel)
    {
        var (run, refused) = await starts.Invoke(http, agentId, query.Text("version"), caller, cancel);
        return run is null ? refused! : streams.Of(run);
    }

    static async Task<IResult> Watch(Guid organization, string taskId, Caller caller, TaskPages pages, TaskStreams streams, CancellationToken cancel)
    {
        if (Ids.Read(taskId) is { } id && organization != caller.Organization)
            return await pages.Missing(id, cancel);
        var (run, refused) = await pages.Find(caller.Organization, taskId, cancel);
        return run is null ? refused! : streams.Of(run);
    }
}
