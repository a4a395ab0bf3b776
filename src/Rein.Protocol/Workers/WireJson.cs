using System.Text.Json;
using System.Text.Unicode;

namespace Rein.Protocol.Workers;

/// <summary>What a worker may report as an item or a result.</summary>
public static class WireJson
{
    /// <summary>How deep a value may be nested: it is read inside of other JSON, which nests a little itself.</summary>
    public const int MaxDepth = 60;

    static readonly JsonReaderOptions s_strict = new() { MaxDepth = MaxDepth };

    /// <summary>Whether it is one JSON value in UTF-8, nested at most <see cref="MaxDepth"/> deep, and nothing behind it.</summary>
    /// <param name="json">Any bytes.</param>
    public static bool IsSound(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, s_strict);
            while (reader.Read()) { }
            // The reader passes over what is inside of strings.
            return Utf8.IsValid(json);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
