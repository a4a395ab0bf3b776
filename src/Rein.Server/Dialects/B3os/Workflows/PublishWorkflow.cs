using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.B3os.Workflows;

static class PublishWorkflow
{
    public static void MapPublishWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/workflows/{id}/publish", Handle).Needs(Scopes.Start).Answers<WorkflowDocument>()
            .Says("Publishes the latest version of a workflow: it is active from then on. It needs no body, and reads none.");

    static async Task<IResult> Handle(string id, Caller caller, WorkflowPages pages, CancellationToken cancel)
    {
        if (await pages.Find(caller.Organization, id, null, cancel) is not { } version)
            return ReadWorkflow.NotFound(id);
        var beside = await pages.Change(version, before => before with { Published = version.Version }, cancel);
        return Replies.Of(await pages.Of(version, beside, cancel));
    }
}
