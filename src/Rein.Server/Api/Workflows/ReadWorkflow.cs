using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Workflows;

static class ReadWorkflow
{
    public static void MapReadWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/workflows/{name}", Handle).Needs(Scopes.Read).Says("Reads a workflow.", Parameter.Whole("version", "Which version. Default: the latest.", 1));

    static async Task<Results<Ok<WorkflowDocument>, Refusal>> Handle(
        string name, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var version = (int?)query.Whole("version", 1, int.MaxValue);
        if (query.Refusal() is { } refusal)
            return refusal;
        return await stores.Workflows.Find(caller.Organization, name, version, cancel) is { } found
            ? TypedResults.Ok(found.ToDocument())
            : WorkflowName.NotFound(name);
    }
}
