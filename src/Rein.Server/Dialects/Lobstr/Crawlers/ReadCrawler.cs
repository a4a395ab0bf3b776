using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Lobstr.Crawlers;

static class ReadCrawler
{
    public static void MapReadCrawler(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/crawlers/{crawler_hash}", Handle).Needs(Scopes.Read).Answers<CrawlerDocument>().Says("Reads a kind of node that squids can be made of.");

    static async Task<IResult> Handle(string crawler_hash, Caller caller, CrawlerList crawlers, CancellationToken cancel) =>
        await crawlers.FindKind(caller.Organization, crawler_hash, cancel) is { } kind ? Replies.Of(Of(kind)) : Fault.NoCrawler(404, "crawler_hash");

    public static CrawlerDocument Of(string kind) => new() { Id = CrawlerList.IdOf(kind), Name = kind };
}
