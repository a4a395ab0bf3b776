using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rein.Protocol;

namespace Rein.Server.Api.Feeds;

/// <summary>How streams are written, and which form a client asked for.</summary>
static class Wire
{
    public const string Ndjson = "application/x-ndjson";

    /// <summary>As the API's JSON, and letters of every script as they are.</summary>
    public static ProtocolJson Json { get; } =
        new(new JsonSerializerOptions(ProtocolJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Bytes<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    public static bool Accepts(this HttpRequest request, string type) =>
        request.Headers.Accept.Any(accepted => accepted?.Contains(type, StringComparison.OrdinalIgnoreCase) is true);
}
