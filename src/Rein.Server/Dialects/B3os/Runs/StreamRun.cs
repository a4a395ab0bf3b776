using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Runs;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>Follows a run as it happens. Clients choose its id, subscribe, and start it then: what could be chosen is waited for.</summary>
static class StreamRun
{
    public static void MapStreamRun(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{id}/stream", Handle).Needs(Scopes.Read)
            .Tells(typeof(RunChange)).Produces(StatusCodes.Status204NoContent)
            .Says("Follows a run as it happens (server-sent events), from its beginning. One that is not there yet is waited for.");

    static async Task<IResult> Handle(
        HttpContext http, string id, Caller caller, RunPages pages, IStores stores, RunWaiter waiter, KeyRing keys, CancellationToken cancel)
    {
        var view = await pages.Find(caller.Organization, id, cancel);
        if (view is null && !Ids.MayBeChosen(id))
            return ReadRun.NotFound(id);
        return new RunStream(id, view, caller.Organization, pages, stores.Reader, waiter, keys);
    }
}
