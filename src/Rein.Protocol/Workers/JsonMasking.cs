using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rein.Protocol.Workers;

/// <summary>Writes a JSON value again, with masked strings, names and numbers.</summary>
static class JsonMasking
{
    static readonly JsonWriterOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A string of it is no text.</exception>
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlySpan<byte> json, SecretMask mask)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 16);
        using var writer = new Utf8JsonWriter(output, s_relaxed);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
            Write(writer, ref reader, mask);
        writer.Flush();
        return output.WrittenMemory;
    }

    static void Write(Utf8JsonWriter writer, ref Utf8JsonReader reader, SecretMask mask)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: writer.WriteStartObject(); break;
            case JsonTokenType.EndObject: writer.WriteEndObject(); break;
            case JsonTokenType.StartArray: writer.WriteStartArray(); break;
            case JsonTokenType.EndArray: writer.WriteEndArray(); break;
            case JsonTokenType.PropertyName: writer.WritePropertyName(mask.Text(reader.GetString()!)); break;
            case JsonTokenType.String: writer.WriteStringValue(mask.Text(reader.GetString()!)); break;
            case JsonTokenType.Number when mask.Matches(reader.ValueSpan).Count > 0: writer.WriteStringValue(SecretMask.Stars); break;
            default: writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true); break;
        }
    }
}
