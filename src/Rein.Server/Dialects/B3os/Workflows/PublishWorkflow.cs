using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.B3os.Workflows;

static class PublishWorkflow
{
    public static void MapPublishWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/workflows/{id}/publish", Handle).Needs(Scopes.Start).Takes<PublishParams>().Answers<WorkflowDocument>()
            .Says("Publishes the latest version of a workflow: it is active from then on. It needs no body.");

    static async Task<IResult> Handle(HttpContext http, string id, Caller caller, WorkflowPages pages, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var expected = Seen.Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await pages.Find(caller.Organization, id, null, cancel) is not { } version)
            return ReadWorkflow.NotFound(id);
        if (!Seen.Is(expected, version))
            return Seen.Conflict(version);
        var beside = await pages.Change(version, before => before with { Published = version.Version }, cancel);
        return Replies.Of(await pages.Of(version, beside, cancel));
    }
}
