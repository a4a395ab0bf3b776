using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Dialects.Xpander.Workers;

namespace Rein.Server.Dialects.Xpander.Tasks;

static class ReadTask
{
    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapGet("/tasks/{taskId}", Handle).Needs(Scopes.Read).WithName("readTask").Answers<TaskDocument>().Says("Reads a task.");
        sdk.MapGet("/agent-execution/{taskId}/status", Handle).Needs(Scopes.Read).WithName("readExecution").Answers<TaskDocument>().Says("The same, as the SDK asks for it.");
    }

    static async Task<IResult> Handle(string taskId, Caller caller, TaskPages pages, CancellationToken cancel)
    {
        if (Ids.Read(taskId) is not { } id)
            return XpanderProblems.BadId("task_id");
        if (await pages.FindAny(caller.Organization, id, cancel) is not { } run)
            return await pages.Missing(id, cancel);
        return await pages.Read(run, AgentSteps.AreFor(caller, run), cancel) is { } task ? Replies.Of(task) : TaskPages.NotFound(id);
    }
}
