using System.Text;
using Rein.Protocol;
using Rein.Server.Problems;

namespace Rein.Server.Api.StopLinks;

/// <summary>A page for a browser, JSON for everything else; kept by nobody, shown in nobody's frame, and no other page hears where it came from.</summary>
sealed class LinkAnswer(HttpRequest request)
{
    public bool IsPage { get; } = request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public IResult Of(LinkedRunDocument run) => IsPage
        ? new Page(StopLinkPage.Of(run), StatusCodes.Status200OK)
        : new Guarded(TypedResults.Ok(run));

    public IResult Refuse(Refusal refusal) => IsPage
        ? new Page(StopLinkPage.Of(refusal.Problem), refusal.Problem.Status)
        : new Guarded(refusal);

    public static void Guard(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = StopLinkPage.Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers["X-Robots-Tag"] = "noindex, nofollow";
    }

    /// <summary>HTML, whatever was asked for.</summary>
    public static IResult Show(string html, int status = StatusCodes.Status200OK) => new Page(html, status);

    /// <summary>A browser looks again instead of sending the form again.</summary>
    public static IResult LookAgainAt(string address) => new SeeOther(address);

    sealed class Guarded(IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            Guard(httpContext.Response.Headers);
            return inner.ExecuteAsync(httpContext);
        }
    }

    sealed class Page(string html, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            Guard(response.Headers);
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(html), httpContext.RequestAborted);
        }
    }

    sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            Guard(httpContext.Response.Headers);
            return Task.CompletedTask;
        }
    }
}
