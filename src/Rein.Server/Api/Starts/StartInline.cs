using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Starts;

static class StartInline
{
    public static void MapStartInline(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs", Handle).Needs(Scopes.Start).Takes<StartRunRequest>().SaysRepeatable("Starts a run of a definition that comes with it.");

    static async Task<Results<Created<RunDocument>, Ok<RunDocument>, Refusal>> Handle(
        HttpContext http, Query query, Caller caller, WorkflowCatalog catalog, RunCommands commands, SecretBook secrets, IStores stores,
        CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large);
        var key = IdempotencyKey.Of(http.Request, body.Bytes);
        if ((body.Refusal ?? key.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        if (fields.Any("definition") is not { } definition)
        {
            fields.Missing("definition", "an object with 'nodes'; a saved workflow is started at /v1/workflows/NAME/runs");
            return fields.Refusal!;
        }
        var parsed = await catalog.Parse(definition, caller.Organization, cancel);
        if (!parsed.IsValid)
            return Refusal.Of(ProblemCodes.InvalidDefinition, [.. parsed.Faults.Under("/definition")]);
        var start = new Launch(parsed.Value, caller).Read(fields, "", commands.NewRun());
        if ((fields.Refusal ?? await secrets.Lacks(caller.Organization, parsed.Value, cancel)) is { } refusal)
            return refusal;
        var started = await commands.Start([key.Order(start)]);
        return await StartReply.Of(http, started[0], start, stores, cancel);
    }
}
