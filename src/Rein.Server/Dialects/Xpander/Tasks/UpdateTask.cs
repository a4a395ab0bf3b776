using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Xpander.Workers;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>
/// What a worker, or somebody else, says of a task that is under way. What it may not say is passed over, since the SDK sends the whole task each time; and
/// of a task that has ended nothing is taken at all.
/// </summary>
sealed class UpdateTask(IStores stores, TaskPages pages, Remarks remarks, WorkerReports reports, StopTask stop)
{
    public static void Map(IEndpointRouteBuilder sdk) =>
        sdk.MapPatch("/agent-execution/{taskId}/update", Handle).Needs(Scopes.Work | Scopes.Start, also: Scopes.Read).WithName("updateTask").Takes<UpdateParams>().Answers<TaskDocument>()
            .Says("Says something of a task that is under way: what is known of it by now, or, as its worker, what it has come to. `stopped` stops it.");

    static Task<IResult> Handle(HttpContext http, string taskId, Caller caller, UpdateTask update, CancellationToken cancel) => update.Take(http, taskId, caller, cancel);

    async Task<IResult> Take(HttpContext http, string text, Caller caller, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Batch, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        if (Ids.Read(text) is not { } id)
            return XpanderProblems.BadId("task_id");
        // A deleted one is told to nobody, but that its worker is done with it is heard.
        if (await pages.FindAny(caller.Organization, id, cancel) is not { } run)
            return await pages.Missing(id, cancel);
        var fields = new Fields(body);
        var said = SaidOfTask.Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (said.Status is Statuses.Stopped && run is { HasEnded: false, IsStopping: false } && (caller.Scopes & (Scopes.Stop | Scopes.Start)) != Scopes.None)
            return await Stop(http, run, id, said, caller, cancel);
        var held = await reports.Find(http, caller, run, said.Word, cancel);
        await Remember(run, said, caller, held, cancel);
        if (!await Hear(http, run, said, caller, held, cancel))
            return Refusal.Of(ProblemCodes.StoreUnavailable).After(TimeSpan.FromSeconds(1));
        return await stores.Reader.Find(caller.Organization, run.Id, cancel) is { } now && await Read(now.Run, said, caller, cancel) is { } task
            ? Replies.Of(task)
            : TaskPages.NotFound(id);
    }

    /// <summary>The command first: nothing that is said beside it, and nothing that is read, holds it up.</summary>
    async Task<IResult> Stop(HttpContext http, Run run, Guid id, SaidOfTask said, Caller caller, CancellationToken cancel)
    {
        if (await stop.Submit(run.Id, caller, cancel) is not { } stopped)
            return await pages.Missing(id, cancel);
        return await stop.Answer(stopped, id, Whole, cancel);

        async Task<TaskDocument?> Whole()
        {
            // What was its own until now: the stop has closed it.
            var isHolder = await reports.Find(http, caller, stopped, said.Word, cancel) is not null;
            if ((isHolder || caller.Scopes.HasFlag(Scopes.Start)) && stopped is { IsStopping: true } or { State: RunState.Stopped })
                await Put(stopped, said, isHolder, evenEnded: true, cancel);
            return await Read(stopped, said, caller, cancel);
        }
    }

    /// <summary>Its worker goes on with what it is answered: then it names the same attempt again.</summary>
    async Task<TaskDocument?> Read(Run run, SaidOfTask said, Caller caller, CancellationToken cancel)
    {
        var isWorker = AgentSteps.AreFor(caller, run);
        var task = await pages.Read(run, isWorker, cancel);
        return isWorker && task is not null
            ? task with { LastExecutedNodeId = said.Step ?? task.LastExecutedNodeId, ExecutionAttempts = said.Try ?? task.ExecutionAttempts }
            : task;
    }

    /// <summary>
    /// A worker says something of what it holds, whoever may start tasks of any. A word on what it has come to is not held up by what is said beside it.
    /// </summary>
    async Task Remember(Run run, SaidOfTask said, Caller caller, ArchivedAttempt? held, CancellationToken cancel)
    {
        var isHolder = held is { Attempt.IsOpen: true };
        if (!run.HasEnded && (isHolder || caller.Scopes.HasFlag(Scopes.Start)))
            await Put(run, said, isHolder, evenEnded: false, cancel);
    }

    async Task Put(Run run, SaidOfTask said, bool isHolder, bool evenEnded, CancellationToken cancel)
    {
        try
        {
            await remarks.Put(run, before => said.On(before, isHolder), evenEnded, cancel);
        }
        catch (StoreException) when (said.IsLast)
        {
            // The word counts, and is told by what became of it.
        }
    }

    /// <summary>What we have told it, its worker tells us again: that a task has been stopped proves nothing.</summary>
    async Task<bool> Hear(HttpContext http, Run run, SaidOfTask said, Caller caller, ArchivedAttempt? held, CancellationToken cancel)
    {
        if (said.Status is Statuses.Stopped && (run.HasEnded || run.IsStopping))
            return true;
        return !said.IsLast || held is null || await reports.Take(http, caller, run, held, said.Word, cancel);
    }
}
