using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class DrainPool
{
    public static void MapDrainPool(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/pools/{pool}/drain", Handle).Needs(Scopes.Admin).Takes<DrainRequest>()
            .Says("Hands a pool nothing more: the wish is durable when this is answered. What is held is finished, or handed back in time.");

    static async Task<Results<Ok<PoolDocument>, Refusal>> Handle(
        HttpContext http, string pool, Query query, Caller caller, IStores stores, PoolReader pools, Engine engine, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal() ?? PoolRoute.Check(pool)) is { } unread)
            return unread;
        var fields = new Fields(body);
        var wish = DrainFields.Read(fields, caller);
        if (fields.Refusal is { } refusal)
            return refusal;
        var key = PoolRoute.Key(pool, caller);
        await stores.Pools.Drain(key, wish, http.Note(caller, AuditAction.PoolDrained, key.Target(), wish.Say()), cancel);
        await engine.ChangedGates(cancel);
        return await pools.Find(key, cancel) is { } document ? TypedResults.Ok(document) : PoolRoute.NotFound(pool);
    }
}
