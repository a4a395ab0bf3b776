using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rein.Core.Stores;

namespace Rein.Server.Api.Feeds;

/// <summary>All items there are now, the bare value of each on a line of its own.</summary>
sealed class ItemLines(Guid run, ItemPosition after, IRunReader reader) : IResult
{
    const int Page = 1000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = Wire.Ndjson;
        var output = httpContext.Response.BodyWriter;
        while (await reader.Items(run, after, Page, httpContext.RequestAborted) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
                Write(output, row.Json.Span);
            after = rows[^1].Position;
            await output.FlushAsync(httpContext.RequestAborted);
        }
    }

    static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        // White space between the members of an item may hold a line break; within strings it is always escaped.
        if (json.Contains((byte)'\n'))
            using (var writer = new Utf8JsonWriter(output))
                JsonElement.Parse(json).WriteTo(writer);
        else
            output.Add(json);
        output.Add("\n"u8);
    }
}
