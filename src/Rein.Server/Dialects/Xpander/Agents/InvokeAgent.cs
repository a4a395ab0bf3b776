using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;

namespace Rein.Server.Dialects.Xpander.Agents;

/// <summary>Starts a task of an agent.</summary>
static class InvokeAgent
{
    /// <summary>How long a start may wait for its end; then it is answered as it is, and goes on.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static readonly Parameter Version = new("version", "A number, or `draft`. Default: the latest.") { Pattern = "^([1-9][0-9]{0,9}|draft)?$" };

    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapPost("/agents/{agentId}/invoke", Invoke).Needs(Scopes.Start, also: Scopes.Read).WithName("invokeAgent").Takes<InvokeParams>().Answers<TaskDocument>()
            .Says("Starts a task, and waits for its end, at most ten minutes.", Version, Parameter.Wait);
        rest.MapPost("/agents/{agentId}/invoke/async", InvokeAsync).Needs(Scopes.Start, also: Scopes.Read).WithName("invokeAgentAsync").Takes<InvokeParams>().Answers<TaskDocument>()
            .Says("Starts a task, and is answered at once.", Version);
        sdk.MapPost("/agent-execution/{agentId}", Create).Needs(Scopes.Start, also: Scopes.Read).WithName("createExecution").Takes<InvokeParams>().Answers<TaskDocument>()
            .Says("The same, as the SDK asks for it; it names a version in the header `x-agent-version`.");
    }

    static async Task<IResult> Invoke(
        HttpContext http, string agentId, Query query, Caller caller, Starts starts, TaskPages pages, RunWaiter waiter, CancellationToken cancel)
    {
        var (version, wait) = (query.Text("version"), query.Wait());
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        var (run, refused) = await starts.Invoke(http, agentId, version, caller, cancel);
        if (run is null)
            return refused!;
        using var watch = waiter.Watch(run.Id);
        var view = await waiter.Until(watch, caller.Organization, run.Id, seen => seen.Run.HasEnded, wait ?? Longest, cancel);
        return await Tell(view?.Run ?? run, pages, cancel);
    }

    static async Task<IResult> InvokeAsync(HttpContext http, string agentId, Query query, Caller caller, Starts starts, TaskPages pages, CancellationToken cancel)
    {
        var (run, refused) = await starts.Invoke(http, agentId, query.Text("version"), caller, cancel);
        return run is null ? refused! : await Tell(run, pages, cancel);
    }

    static async Task<IResult> Create(HttpContext http, string agentId, Caller caller, Starts starts, TaskPages pages, CancellationToken cancel)
    {
        var (run, refused) = await starts.Invoke(http, agentId, http.Request.Headers["x-agent-version"].ToString(), caller, cancel);
        return run is null ? refused! : await Tell(run, pages, cancel);
    }

    static async Task<IResult> Tell(Run run, TaskPages pages, CancellationToken cancel) =>
        await pages.Read(run, cancel) is { } task ? Replies.Of(task) : TaskPages.NotFound(run.Id);
}
