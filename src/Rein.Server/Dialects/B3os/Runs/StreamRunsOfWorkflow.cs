using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Runs;

namespace Rein.Server.Dialects.B3os.Runs;

static class StreamRunsOfWorkflow
{
    public static void MapStreamRunsOfWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/workflows/{id}/runs/stream", Handle).Needs(Scopes.Read)
            .Tells(typeof(RunChange))
            .Says("Tells when runs of a workflow start and complete, from now on (server-sent events).");

    static async Task<IResult> Handle(
        string id, Caller caller, WorkflowPages workflows, RunPages pages, IStores stores, RunWaiter waiter, KeyRing keys, CancellationToken cancel) =>
        await workflows.Find(caller.Organization, id, null, cancel) is { } version
            ? new WorkflowStream(caller.Organization, version.Name, pages, stores.Reader, waiter, keys)
            : Workflows.ReadWorkflow.NotFound(id);
}
