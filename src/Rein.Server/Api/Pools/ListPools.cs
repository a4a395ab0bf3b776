using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class ListPools
{
    public static void MapListPools(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/pools", Handle).Needs(Scopes.Read).Says("Lists pools, by name: who is connected, what they hold, and what waits.", Parameter.Limit(50, 500), Parameter.Cursor);

    static async Task<Results<Ok<PoolList>, Refusal>> Handle(Query query, Caller caller, PoolReader pools, CancellationToken cancel)
    {
        var count = query.Count(50, 500);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out string? after))
            return Cursor.Bad;
        var page = (await pools.List(caller.Organization, cancel)).Where(pool => string.CompareOrdinal(pool.Name, after ?? "") > 0).Take(count + 1).ToList();
        return TypedResults.Ok(new PoolList
        {
            Pools = [.. page.Take(count)],
            Cursor = page.Count > count ? Cursor.Of(page[count - 1].Name) : null,
        });
    }
}
