using Rein.Core.Stores;

namespace Rein.Server.Api.Feeds;

/// <summary>All log text there is now, as it was written.</summary>
sealed class LogText(Guid run, ItemPosition after, IRunReader reader) : IResult
{
    // Chunks are up to 64 KB.
    const int Page = 50;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/plain; charset=utf-8";
        var output = httpContext.Response.BodyWriter;
        while (await reader.Logs(run, after, Page, httpContext.RequestAborted) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
                output.Add(row.Text.Span);
            after = rows[^1].Position;
            await output.FlushAsync(httpContext.RequestAborted);
        }
    }
}
