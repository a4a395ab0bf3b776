using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

static class ReadLimit
{
    /// <summary>How many holders, and how many of those who wait, come with the limit.</summary>
    const int Inline = 50;

    public static void MapReadLimit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/limits/{key}", Handle).Needs(Scopes.Read).Says("Reads a limit, who holds it, and who waits in which order.");

    static async Task<Results<Ok<LimitDocument>, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var limit = LimitName.Read(http, key, caller);
        return await Find(limit, stores.Limits, cancel) is { } document ? TypedResults.Ok(document) : LimitName.NotFound(limit);
    }

    public static async Task<LimitDocument?> Find(LimitKey key, ILimitStore limits, CancellationToken cancel)
    {
        if (await limits.Find(key, cancel) is not { } view)
            return null;
        var holders = await limits.HoldersPage(key, null, Inline, cancel);
        var queue = await limits.QueuePage(key, null, Inline, cancel);
        return view.ToDocument() with
        {
            Holders = holders.Runs, HoldersCursor = holders.Cursor, Queue = queue.Runs, QueueCursor = queue.Cursor,
        };
    }
}
