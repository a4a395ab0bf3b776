using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>A person says yes or no to the step that the task waits at (`hitl_request`).</summary>
static class AnswerTask
{
    public static void MapAnswerTask(this IEndpointRouteBuilder routes)
    {
        Map(routes, "approve", isApproved: true, "Approves what a task waits for. The first answer counts.");
        Map(routes, "reject", isApproved: false, "Rejects what a task waits for. The first answer counts.");
    }

    static void Map(IEndpointRouteBuilder routes, string verb, bool isApproved, string says) =>
        routes.MapPost(
                $"/hitl/{{taskId}}/{verb}",
                (HttpContext http, string taskId, Caller caller, Answering answering, CancellationToken cancel) => answering.Answer(http, taskId, isApproved, caller, cancel))
            .Needs(Scopes.Start, also: Scopes.Read).WithName($"{verb}Task").Takes<AnswerParams>().Answers<TaskDocument>().Says(says);
}
