using System.Buffers;
using System.Text.Json;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What servers of tools are reached with is for the worker, and for nobody else.</summary>
static class Credentials
{
    static readonly SearchValues<string> s_words = SearchValues.Create(["token", "secret", "key", "password", "auth", "header", "env", "credential", "cookie"], StringComparison.OrdinalIgnoreCase);

    public static IReadOnlyList<JsonElement> Hide(IReadOnlyList<JsonElement> servers) => [.. servers.Select(Hide)];

    static JsonElement Hide(JsonElement json)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, json, isHidden: false);
        return JsonElement.Parse(written.WrittenSpan, new JsonDocumentOptions { MaxDepth = 100 });
    }

    /// <summary>Below a name that says so every value is hidden, and the names stay.</summary>
    static void Write(Utf8JsonWriter writer, JsonElement json, bool isHidden)
    {
        if (json.ValueKind is JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in json.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value, isHidden || member.Name.AsSpan().ContainsAny(s_words));
            }
            writer.WriteEndObject();
        }
        else if (json.ValueKind is JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var element in json.EnumerateArray())
                Write(writer, element, isHidden);
            writer.WriteEndArray();
        }
        else if (isHidden && json.ValueKind is (JsonValueKind.String or JsonValueKind.Number))
        {
            writer.WriteStringValue("***");
        }
        else
        {
            json.WriteTo(writer);
        }
    }
}
