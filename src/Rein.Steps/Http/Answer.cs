using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Rein.Steps.Web;

namespace Rein.Steps.Http;

/// <summary>An answer as a result.</summary>
/// <param name="Trouble">Null, or what keeps it from being one that later steps can work with.</param>
sealed record Answer(ReadOnlyMemory<byte> Json, string? Trouble)
{
    const int MostResult = 1 << 20;

    /// <summary>A result is read inside of other JSON, which nests a little itself.</summary>
    const int Deepest = 60;

    static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Answer Of(HttpResponseMessage answer, byte[] body)
    {
        var (write, trouble) = Read(answer, body);
        var json = Write(answer, write);
        if (json.Length <= MostResult)
            return new(json, trouble);
        return new(Write(answer, Nothing), $"the answer is larger than a result may be: {json.Length} bytes as JSON, at most {MostResult}");
    }

    static (Action<Utf8JsonWriter> Write, string? Trouble) Read(HttpResponseMessage answer, byte[] body)
    {
        if (body.Length == 0)
            return (Nothing, null);
        var type = answer.Content.Headers.ContentType;
        var media = type?.MediaType?.ToLowerInvariant() ?? "";
        if (media.Length == 0 ? !LooksLikeText(body) : !IsText(media))
            return (json => Say(json, "base64", Convert.ToBase64String(body)), null);
        var text = Charset.Decode(body, Charset.Of(type));
        if (!IsJson(media))
            return (json => Say(json, "text", text), null);
        try
        {
            var value = JsonElement.Parse(text, new() { MaxDepth = Deepest });
            // Halves of characters are found only by whoever reads them.
            using var probe = new Utf8JsonWriter(Stream.Null);
            value.WriteTo(probe);
            return (json => Say(json, "json", value), null);
        }
        catch (Exception no) when (no is JsonException or InvalidOperationException)
        {
            return (json => Say(json, "text", text), $"the answer says that it is JSON, and is not: {no.Message}");
        }
    }

    static bool LooksLikeText(byte[] body) => Utf8.IsValid(body) && !body.Contains((byte)0);

    static bool IsJson(string media) => media is "application/json" or "text/json" || media.EndsWith("+json", StringComparison.Ordinal);

    static bool IsText(string media) =>
        media.StartsWith("text/", StringComparison.Ordinal) || IsJson(media) || media.EndsWith("+xml", StringComparison.Ordinal)
        || media is "application/xml" or "application/javascript" or "application/x-www-form-urlencoded" or "application/x-ndjson" or "application/yaml";

    static ReadOnlyMemory<byte> Write(HttpResponseMessage answer, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartObject();
            json.WriteNumber("status", (int)answer.StatusCode);
            json.WriteStartObject("headers");
            foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
                json.WriteString(name.ToLowerInvariant(), string.Join(", ", values));
            json.WriteEndObject();
            body(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    static void Nothing(Utf8JsonWriter json)
    {
        json.WriteNull("body");
        json.WriteNull("bodyIs");
    }

    static void Say(Utf8JsonWriter json, string kind, string body)
    {
        json.WriteString("body", body);
        json.WriteString("bodyIs", kind);
    }

    static void Say(Utf8JsonWriter json, string kind, JsonElement body)
    {
        json.WritePropertyName("body");
        body.WriteTo(json);
        json.WriteString("bodyIs", kind);
    }
}
