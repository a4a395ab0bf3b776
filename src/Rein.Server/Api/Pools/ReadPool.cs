using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class ReadPool
{
    public static void MapReadPool(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/pools/{pool}", Handle).Needs(Scopes.Read).Says("Reads a pool and its sessions.");

    static async Task<Results<Ok<PoolDocument>, Refusal>> Handle(string pool, Query query, Caller caller, PoolReader pools, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        return await pools.Find(PoolRoute.Key(pool, caller), cancel) is { } document ? TypedResults.Ok(document) : PoolRoute.NotFound(pool);
    }
}
