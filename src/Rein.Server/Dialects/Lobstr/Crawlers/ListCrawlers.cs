using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Lobstr.Crawlers;

static class ListCrawlers
{
    public static void MapListCrawlers(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/crawlers", Handle).Needs(Scopes.Read).Answers<PageDocument<CrawlerDocument>>()
            .Says("Lists the kinds of nodes that squids can be made of.", Paging.Asks);

    static async Task<IResult> Handle(HttpRequest request, Query query, Caller caller, CrawlerList crawlers, Links links, CancellationToken cancel)
    {
        var paging = Paging.Read(query);
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        return Replies.Of(paging.Cut([.. (await crawlers.Kinds(caller.Organization, cancel)).Select(ReadCrawler.Of)], request, links));
    }
}
