using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Tasks;

static class ReadTask
{
    public static void MapReadTask(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/tasks/{task_hash}", Handle).Needs(Scopes.Read).Answers<TaskDocument>().Says("Reads a task.");

    static async Task<IResult> Handle(string task_hash, Caller caller, SquidBook squids, CancellationToken cancel) =>
        await squids.FindByTask(caller.Organization, task_hash, cancel) is { } found ? Replies.Of(TaskPages.Of(found.Squid.Row, found.Task)) : Fault.NoTask;
}
