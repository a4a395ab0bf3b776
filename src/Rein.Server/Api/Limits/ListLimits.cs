using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

static class ListLimits
{
    public static void MapListLimits(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/limits", Handle).Needs(Scopes.Read).Says("Lists limits, by key, with how many hold and wait.", Parameter.Limit(50, 500), Parameter.Cursor);

    static async Task<Results<Ok<LimitList>, Refusal>> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(50, 500);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out string? after))
            return Cursor.Bad;
        var limits = await stores.Limits.List(caller.Organization, after, count + 1, cancel);
        return TypedResults.Ok(new LimitList
        {
            Limits = [.. limits.Take(count).Select(limit => limit.ToDocument())],
            Cursor = limits.Count > count ? Cursor.Of(limits[count - 1].Limit.Key.Key) : null,
        });
    }
}
