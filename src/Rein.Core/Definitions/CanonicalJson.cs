using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>One spelling for equal documents: members sorted by name, no white space, numbers as they were written.</summary>
static class CanonicalJson
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Resolved<JsonElement> Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var written = new ArrayBufferWriter<byte>(utf8.Length + 16);
            using (var writer = new Utf8JsonWriter(written, Compact)) Write(JsonElement.Parse(utf8, Strict), writer);
            return JsonElement.Parse(written.WrittenSpan);
        }
        // Half a surrogate pair and broken UTF-8 pass the parser and show only when the text is read.
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return new Fault(FaultCodes.DefinitionBadJson, $"This is not JSON that can be read: {broken.Message}", "");
        }
    }

    static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(item, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(element.GetString());
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
