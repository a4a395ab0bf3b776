using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

static class PutLimit
{
    public static void MapPutLimit(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/v1/limits/{key}", Handle).Needs(Scopes.Admin).Takes<PutLimitRequest>().Says("Sets how many runs under a key may be admitted at once.");

    static async Task<Results<Ok<LimitDocument>, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, IStores stores, Engine engine, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        var limit = LimitName.Read(http, key, caller);
        if ((body.Refusal ?? query.Refusal() ?? LimitName.Check(limit)) is { } unread)
            return unread;
        var fields = new Fields(body);
        var max = fields.Whole("max", 0, 1_000_000);
        if (max is null)
            fields.Missing("max", "a whole number from 0 to 1000000");
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        await stores.Limits.Put(limit, max!.Value, http.Note(caller, AuditAction.LimitSet, $"limit:{limit.Key}", $"at most {max}"), cancel);
        await engine.Admit(limit);
        return await ReadLimit.Find(limit, stores.Limits, cancel) is { } document ? TypedResults.Ok(document) : LimitName.NotFound(limit);
    }
}
