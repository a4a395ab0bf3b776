namespace Rein.Server.Api.Documentation;

/// <summary>
/// <c>GET /docs/…</c>: the documentation of this very version, for people, without a key. Nothing on a page is executed, and nothing is
/// fetched from elsewhere.
/// </summary>
static class ReadDocumentation
{
    const string Policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapReadDocumentation(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/docs/style.css", (HttpContext context) => Guard(context, TypedResults.Bytes(DocumentPages.Style, "text/css; charset=utf-8"))).ExcludeFromDescription();
        routes.MapGet("/docs/{**page}", Read).ExcludeFromDescription();
    }

    static IResult Read(HttpContext context, DocumentPages pages, string? page) =>
        pages.Find(DocumentNames.Root + page) is { } html ? Guard(context, TypedResults.Bytes(html, "text/html; charset=utf-8")) : TypedResults.NotFound();

    static IResult Guard(HttpContext context, IResult page)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return page;
    }
}
