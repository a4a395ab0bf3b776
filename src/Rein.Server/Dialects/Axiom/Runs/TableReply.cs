using System.Text.Json;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>A <see cref="RunDataDocument"/>, written while it is read: whoever reads slowly is waited for.</summary>
sealed class TableReply(string status, Tables tables) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, new() { Encoder = AxiomWire.Encoder });
        writer.WriteStartObject();
        writer.WriteString("status"u8, status);
        writer.WritePropertyName("data"u8);
        await tables.Write(writer, Flush, cancel);
        writer.WriteEndObject();
        await Flush();

        async Task Flush()
        {
            await writer.FlushAsync(cancel);
            await response.BodyWriter.FlushAsync(cancel);
        }
    }
}
