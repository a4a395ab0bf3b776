using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Problems;

namespace Rein.Server.Api.StopLinks;

static class ListStopLinks
{
    public static void MapListStopLinks(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/stop-link", Handle).Needs(Scopes.Read | Scopes.Stop).Says("Lists the stop links of a run, without what opens them.");

    static async Task<Results<Ok<StopLinkList>, Refusal>> Handle(RunId run, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is null)
            return await stores.Missing(caller, run, cancel);
        var all = await stores.StopLinks.List(caller.Organization, run.Value, cancel);
        return TypedResults.Ok(new StopLinkList { Links = [.. all.Select(link => link.ToDocument())] });
    }
}
