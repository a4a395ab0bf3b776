using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Workflows;

static class SaveWorkflow
{
    public static void MapSaveWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/v1/workflows/{name}", Handle).Needs(Scopes.Start).Takes<SaveWorkflowRequest>().Says("Saves a definition: a new version, or the one there is where nothing has changed.");

    static async Task<Results<Ok<WorkflowDocument>, Created<WorkflowDocument>, Refusal>> Handle(
        HttpContext http, string name, Query query, Caller caller, WorkflowCatalog catalog, IStores stores, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large);
        if ((WorkflowName.Check(name) ?? body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var definition = fields.Any("definition");
        var maxRunning = fields.Whole("maxRunning", 0, 1_000_000);
        if (definition is null)
            fields.Missing("definition", "an object with 'nodes'");
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;

        var parsed = await catalog.Parse(definition!.Value, caller.Organization, cancel);
        if (!parsed.IsValid)
            return Refusal.Of(ProblemCodes.InvalidDefinition, [.. parsed.Faults.Under("/definition")]);
        var latest = await stores.Workflows.Find(caller.Organization, name, null, cancel);
        var saved = await catalog.Save(
            caller.Organization, name, parsed.Value, maxRunning, http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{name}"), cancel);
        var document = saved.ToDocument() with { Warnings = [.. parsed.Warnings.Under("/definition")] };
        return latest?.Version == saved.Version
            ? TypedResults.Ok(document)
            : TypedResults.Created($"/v1/workflows/{name}?version={saved.Version}", document);
    }
}
