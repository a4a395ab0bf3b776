using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class PutPool
{
    const double Day = 86_400;
    static readonly DrillRule Usual = new(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(2));

    public static void MapPutPool(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/v1/pools/{pool}", Handle).Needs(Scopes.Admin).Takes<PutPoolRequest>().Says("Sets how stops are tried in a pool.");

    static async Task<Results<Ok<PoolDocument>, Refusal>> Handle(
        HttpContext http, string pool, Query query, Caller caller, IStores stores, PoolReader pools, Engine engine, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal() ?? PoolRoute.Check(pool)) is { } unread)
            return unread;
        var fields = new Fields(body);
        var rule = Read(fields);
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        var key = PoolRoute.Key(pool, caller);
        await stores.Pools.SetDrill(key, rule, http.Note(caller, AuditAction.DrillSet, key.Target(), Say(rule)), cancel);
        await engine.ChangedGates(cancel);
        engine.Drills.Look();
        return await pools.Find(key, cancel) is { } document ? TypedResults.Ok(document) : TypedResults.Ok(new PoolDocument { Name = pool, State = "no_session" });
    }

    static DrillRule? Read(Fields fields)
    {
        if (fields.Any("drill") is not { } drill)
            return null;
        var inner = new Fields(drill, "/drill", fields.Errors);
        var every = inner.Seconds("everySeconds", 10, Day) ?? Usual.Every;
        var within = inner.Number("withinMs", 10, 60_000) is { } ms ? TimeSpan.FromMilliseconds(ms) : Usual.Within;
        inner.RefuseOthers();
        return new(every, within);
    }

    static string Say(DrillRule? rule) => rule is null
        ? "no drills"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"every {rule.Every.TotalSeconds} s, within {rule.Within.TotalMilliseconds} ms");
}
