using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class ReopenPool
{
    public static void MapReopenPool(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/pools/{pool}/drain", Handle).Needs(Scopes.Admin).Says("Ends the drain of a pool; where there is none, nothing changes.");

    static async Task<Results<NoContent, Refusal>> Handle(
        HttpContext http, string pool, Query query, Caller caller, IStores stores, Engine engine, CancellationToken cancel)
    {
        if ((query.Refusal() ?? PoolRoute.Check(pool)) is { } refusal)
            return refusal;
        var key = PoolRoute.Key(pool, caller);
        if (await stores.Pools.Drain(key, null, http.Note(caller, AuditAction.PoolReopened, key.Target()), cancel))
            await engine.ChangedGates(cancel);
        return TypedResults.NoContent();
    }
}
