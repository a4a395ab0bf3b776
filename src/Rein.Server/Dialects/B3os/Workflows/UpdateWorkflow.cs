using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.B3os.Workflows;

/// <summary>Saves what is said anew. Another definition is a new version, and not published by that.</summary>
static class UpdateWorkflow
{
    public static void MapUpdateWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/workflows/{id}", Handle).Needs(Scopes.Start).Takes<WorkflowChangeParams>().Answers<WorkflowDocument>()
            .Says("Changes a workflow; another definition is a new version of it.");

    static async Task<IResult> Handle(
        HttpContext http, string id, Caller caller, Starts starts, WorkflowPages pages, CancellationToken cancel)
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
        var written = fields.Any("definition");
        var (definition, refused) = written is null ? default : await starts.Read(written, caller.Organization, cancel);
        if (refused is not null)
            return refused;
        var audit = http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{version.Name}");
        var saved = expected is null ? await pages.Save(version, definition, Said, audit, cancel) : await pages.SaveOver(version, definition, Said, audit, cancel);
        return saved is { } now ? Replies.Of(await pages.Of(now.Version, now.Beside, cancel)) : Seen.Conflict(version);

        WorkflowExtras Said(WorkflowExtras before) => CreateWorkflow.Read(fields, before with { Title = CreateWorkflow.Title(fields) ?? before.Title });
    }
}
