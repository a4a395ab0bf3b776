using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

static class ListHolders
{
    public static void MapListHolders(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/limits/{key}/holders", Handle).Needs(Scopes.Read).Says("Lists the runs that hold a slot, the oldest first.", Parameter.Limit(50, 500), Parameter.Cursor);

    static async Task<Results<Ok<LimitRunList>, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(50, 500);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out Guid? after))
            return Cursor.Bad;
        var limit = LimitName.Read(http, key, caller);
        return await stores.Limits.Find(limit, cancel) is null
            ? LimitName.NotFound(limit)
            : TypedResults.Ok(await stores.Limits.HoldersPage(limit, after, count, cancel));
    }
}
