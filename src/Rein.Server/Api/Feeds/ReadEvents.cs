using System.Globalization;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Feeds;

static class ReadEvents
{
    const int Page = 500;

    public static void MapReadEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/events", Handle).Needs(Scopes.Read).Produces<EventList>().Produces(StatusCodes.Status204NoContent).AnswersAlso(Wire.Ndjson, "text/event-stream").Says("Follows a run as it happens (server-sent events), or reads its history page by page.", Parameter.Whole("after", "The `seq` to begin after; the header `Last-Event-ID` says the same. Default: 0.", 0), Parameter.Limit(Page, Page));

    /// <summary>One page as JSON, what there is as NDJSON, or the live feed.</summary>
    static async Task<IResult> Handle(
        HttpContext http, RunId run, Query query, Caller caller, IStores stores, RunWaiter waiter, KeyRing keys, CancellationToken cancel)
    {
        var after = query.Whole("after", 0, long.MaxValue) ?? LastEventId(http.Request);
        var count = query.Count(Page, Page);
        if (query.Refusal() is { } refusal)
            return refusal;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is not { } view)
            return await stores.Missing(caller, run, cancel);
        if (http.Request.Accepts("application/json"))
            return await OnePage(run.Value, after, count, stores, cancel);
        if (http.Request.Accepts("ndjson"))
            return new EventLines(run.Value, after, stores.Reader);
        return new EventStream(view, after, stores, waiter, keys);
    }

    static long LastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : 0;

    static async Task<IResult> OnePage(Guid run, long after, int count, IStores stores, CancellationToken cancel)
    {
        var rows = await stores.Reader.Events(run, after, count + 1, cancel);
        return TypedResults.Ok(new EventList
        {
            Events = [.. rows.Take(count).Select(row => row.ToDocument())],
            After = rows.Count > count ? rows[count - 1].Seq : null,
        });
    }
}
