using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Commits;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>
/// Their stop, by either of their two wires. It is fenced in its own commit: nothing of the run counts from there on, and the answer is final. What
/// executes has the grace to end in, and is killed; the receipt (<c>GET /v1/runs/ID/stop</c>) proves it.
/// </summary>
sealed class StopTask(IStores stores, RunCommands commands, TaskPages pages, AfterStop after, ReinServerOptions options)
{
    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapPost("/tasks/{taskId}/stop", Handle).Needs(Scopes.Stop | Scopes.Start, also: Scopes.Read).WithName("stopTask").Answers<TaskDocument>()
            .Says("Stops a task. One that has ended is answered as it is. It needs no body, and reads none.");
        sdk.MapDelete("/agent-execution/{taskId}", Handle).Needs(Scopes.Stop | Scopes.Start, also: Scopes.Read).WithName("stopExecution").Answers<TaskDocument>()
            .Says("The same, as the SDK asks for it: it stops, and deletes nothing.");
    }

    static Task<IResult> Handle(string taskId, Caller caller, StopTask stop, CancellationToken cancel) => stop.Of(taskId, caller, cancel);

    async Task<IResult> Of(string text, Caller caller, CancellationToken cancel)
    {
        if (Ids.Read(text) is not { } id)
            return XpanderProblems.BadId("task_id");
        if (await Submit(id, caller, cancel) is not { } run)
            return await pages.Missing(id, cancel);
        return await Answer(run, id, () => pages.Read(run, cancel), cancel);
    }

    /// <summary>It is stopped, whatever goes wrong while it is read back.</summary>
    public Task<IResult> Answer(Run stopped, Guid id, Func<Task<TaskDocument?>> whole, CancellationToken cancel) => after.Tell<IResult>(
        stopped.Id,
        async () => await whole() is { } task ? Replies.Written(task) : TaskPages.NotFound(id),
        () => Replies.Of(TaskPages.Bare(stopped, id)),
        cancel);

    /// <summary>The command first, without any look before it.</summary>
    /// <returns>The run as it was committed; null where the organization has none of this id.</returns>
    public async Task<Run?> Submit(Guid id, Caller caller, CancellationToken cancel)
    {
        var grace = options.Dialects.GraceOf(XpanderDialect.Name);
        var committed = await Stop(id);
        if (committed.Run is null && await stores.Extras.FindRun(caller.Organization, Ids.Alias(id), cancel) is { } chosen)
            committed = await Stop(chosen);
        return committed.Run;

        Task<Committed> Stop(Guid which) =>
            commands.Submit(caller.Organization, new RequestStop(which, StopOrigin.Manual, caller.Actor, "", grace, FenceAt.Now, Force: false));
    }
}
