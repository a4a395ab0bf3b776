using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.StopLinks;

/// <summary>Looking at a link changes nothing: mail programs and chats look at every link that they carry.</summary>
static class OpenStopLink
{
    public static void MapOpenStopLink(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/stop/{link}", Handle).Produces<LinkedRunDocument>().AnswersAlso("text/html").Says("Shows the run that a stop link is for, as a page or as JSON. It stops nothing.");

    static async Task<IResult> Handle(HttpContext http, string link, Query query, LinkRing links, IStores stores, TimeProvider time, CancellationToken cancel)
    {
        var answer = new LinkAnswer(http.Request);
        if (query.Refusal() is { } unread)
            return answer.Refuse(unread);
        if (await links.Open(link, cancel) is not var (caller, opened) || await stores.Reader.Find(opened.Organization, opened.Run, cancel) is not { } view)
            return answer.Refuse(Refusal.Of(ProblemCodes.LinkNotFound));
        if (caller.Budgets.Requests is { } bucket && !bucket.TryTake(time.GetTimestamp(), out var wait))
            return answer.Refuse(RateRules.Refuse(bucket, wait));
        return answer.Of(LinkedRuns.Of(view.Run));
    }
}
