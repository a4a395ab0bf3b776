using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Workflows;

static class ReadWorkflow
{
    public static void MapReadWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/workflows/{id}", Handle).Needs(Scopes.Read).Answers<WorkflowDocument>().Says("Reads a workflow, with its latest definition.");

    static async Task<IResult> Handle(string id, Caller caller, WorkflowPages pages, CancellationToken cancel) =>
        await pages.Find(caller.Organization, id, null, cancel) is { } version
            ? Replies.Of(await pages.Of(version, await pages.Beside(version, cancel), cancel))
            : NotFound(id);

    public static Refusal NotFound(string id) => Refusal.Of(ProblemCodes.WorkflowNotFound, $"There is no workflow '{Shown.Of(id)}', or no such version of it.");
}
