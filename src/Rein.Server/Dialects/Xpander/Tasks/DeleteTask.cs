using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>
/// A task that is deleted is stopped, and told to nobody here from then on. Its run stays with its receipt, in the native API, for as long as runs are kept;
/// and nobody else gets its id.
/// </summary>
static class DeleteTask
{
    public static void MapDeleteTask(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/tasks/{taskId}", Handle).Needs(Scopes.Stop, also: Scopes.Start).WithName("deleteTask").Produces(StatusCodes.Status204NoContent)
            .Says("Deletes a task; one that has not ended is stopped first.");

    static async Task<IResult> Handle(string taskId, Caller caller, StopTask stop, TaskPages pages, Remarks remarks, CancellationToken cancel)
    {
        if (Ids.Read(taskId) is not { } id)
            return XpanderProblems.BadId("task_id");
        if (await stop.Submit(id, caller, cancel) is not { } run)
            return await pages.Missing(id, cancel);
        var isFirst = false;
        var isThere = await remarks.Put(run, later => (isFirst = !later.IsDeleted) ? later with { IsDeleted = true } : later, evenEnded: true, cancel);
        return isThere && isFirst ? TypedResults.NoContent() : TaskPages.NotFound(id);
    }
}
