using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Starts;

static class StartWorkflow
{
    public static void MapStartWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/workflows/{name}/runs", Handle).Needs(Scopes.Start).Takes<StartRunRequest>().SaysRepeatable("Starts a run of the latest version of a workflow.");

    static async Task<Results<Created<RunDocument>, Ok<RunDocument>, Refusal>> Handle(
        HttpContext http, string name, Query query, Caller caller, WorkflowCatalog catalog, RunCommands commands, SecretBook secrets, IStores stores,
        CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large);
        var key = IdempotencyKey.Of(http.Request, body.Bytes);
        if ((body.Refusal ?? key.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        if (await catalog.Latest(caller.Organization, name, cancel) is not { } version)
            return WorkflowName.NotFound(name);
        var fields = new Fields(body);
        var start = Launch.Of(version, caller).Read(fields, "", commands.NewRun());
        if ((fields.Refusal ?? await secrets.Lacks(caller.Organization, version.Definition, cancel)) is { } refusal)
            return refusal;
        var started = await commands.Start([key.Order(start)]);
        return await StartReply.Of(http, started[0], start, stores, cancel);
    }
}
