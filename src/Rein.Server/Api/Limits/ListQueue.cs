using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

static class ListQueue
{
    public static void MapListQueue(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/limits/{key}/queue", Handle).Needs(Scopes.Read).Says("Lists the runs that wait, in the order in which they are admitted.", Parameter.Limit(50, 500), Parameter.Cursor);

    static async Task<Results<Ok<LimitRunList>, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(50, 500);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!QueuePosition.TryRead(cursor, out var after))
            return Cursor.Bad;
        var limit = LimitName.Read(http, key, caller);
        return await stores.Limits.Find(limit, cancel) is null
            ? LimitName.NotFound(limit)
            : TypedResults.Ok(await stores.Limits.QueuePage(limit, after, count, cancel));
    }
}
