using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Tasks;

static class DeleteTask
{
    public static void MapDeleteTask(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/tasks/{task_hash}", Handle).Needs(Scopes.Start).Answers<TaskDeleted>().Says("Deletes a task. Runs that have it go on with it.");

    static async Task<IResult> Handle(string task_hash, Caller caller, SquidBook squids, CancellationToken cancel)
    {
        if (await squids.FindByTask(caller.Organization, task_hash, cancel) is not { } found)
            return Fault.NoTask;
        var (_, isDeleted) = await squids.Change(caller.Organization, found.Squid.Version.Name, row =>
        {
            var kept = row.Tasks.Where(task => task.Id != found.Task.Id).ToList();
            return kept.Count == row.Tasks.Count ? (row, false) : (row with { Tasks = kept }, true);
        }, cancel);
        return isDeleted ? Replies.Of(new TaskDeleted { Id = Ids.Of(found.Task.Id) }) : Fault.NoTask;
    }
}
