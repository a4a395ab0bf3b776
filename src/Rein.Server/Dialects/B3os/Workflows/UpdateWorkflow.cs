using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.B3os.Workflows;

/// <summary>Saves what is said anew. Another definition is a new version, and not published by that.</summary>
static class UpdateWorkflow
{
    public static void MapUpdateWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/workflows/{id}", Handle).Needs(Scopes.Start).Takes<WorkflowChangeParams>().Answers<WorkflowDocument>()
            .Says("Changes a workflow; another definition is a new version of it.");

    static async Task<IResult> Handle(
        HttpContext http, string id, Caller caller, Starts starts, WorkflowCatalog catalog, WorkflowPages pages, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        if (await pages.Find(caller.Organization, id, null, cancel) is not { } version)
            return ReadWorkflow.NotFound(id);
        var fields = new Fields(body);
        _ = Said(new());
        var expected = Seen.Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (!Seen.Is(expected, version))
            return Seen.Conflict(version);
        if (fields.Any("definition") is { } written)
        {
            var (definition, refused) = await starts.Read(written, caller.Organization, cancel);
            if (definition is null)
                return refused!;
            var audit = http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{version.Name}");
            var saved = expected is null
                ? await catalog.Save(caller.Organization, version.Name, definition, version.MaxRunning, audit, cancel)
                : await catalog.SaveOver(version, definition, audit, cancel);
            if (saved is null)
                return Seen.Conflict(version);
            version = saved;
        }
        var beside = await pages.Change(version, Said, cancel);
        return Replies.Of(await pages.Of(version, beside, cancel));

        WorkflowExtras Said(WorkflowExtras before) => CreateWorkflow.Read(fields, before with { Title = CreateWorkflow.Title(fields) ?? before.Title });
    }
}
