using Rein.Core.Stores;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Feeds;

/// <summary>All events there are now, a line each.</summary>
sealed class EventLines(Guid run, long after, IRunReader reader) : IResult
{
    const int Page = 500;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = Wire.Ndjson;
        var output = httpContext.Response.BodyWriter;
        while (await reader.Events(run, after, Page, httpContext.RequestAborted) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                output.Add(Wire.Bytes(row.ToDocument(), Wire.Json.EventDocument));
                output.Add("\n"u8);
            }
            after = rows[^1].Seq;
            await output.FlushAsync(httpContext.RequestAborted);
        }
    }
}
