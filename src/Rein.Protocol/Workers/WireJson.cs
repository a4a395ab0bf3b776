using System.Globalization;
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

    /// <summary>
    /// The same value with U+FFFD in the place of every half of a surrogate pair, which JSON lets pass in an escape and nobody can read as text: half an emoji, where a
    /// text was cut through one. So every encoder of Unicode writes it. Of the same length.
    /// </summary>
    /// <param name="json">JSON in UTF-8; of anything else what comes out is as little JSON.</param>
    /// <returns>A copy where there is any, else what was given.</returns>
    public static ReadOnlyMemory<byte> Mended(ReadOnlyMemory<byte> json)
    {
        byte[]? mended = null;
        for (var at = NextEscape(json.Span, 0); at >= 0;)
        {
            var rest = json.Span[at..];
            var isHalf = false;
            var length = 2;
            if (Unit(rest) is { } unit)
            {
                var isPair = char.IsHighSurrogate(unit) && Unit(rest[Unit16..]) is { } next && char.IsLowSurrogate(next);
                isHalf = char.IsSurrogate(unit) && !isPair;
                length = isPair ? 2 * Unit16 : Unit16;
            }
            if (isHalf)
                "\\ufffd"u8.CopyTo((mended ??= json.ToArray()).AsSpan(at));
            at = NextEscape(json.Span, at + length);
        }
        return mended ?? json;
    }

    /// <summary>As long as one is written.</summary>
    const int Unit16 = 6;

    static int NextEscape(ReadOnlySpan<byte> json, int from) =>
        from < json.Length && json[from..].IndexOf((byte)'\\') is >= 0 and var found ? from + found : -1;

    static char? Unit(ReadOnlySpan<byte> text) =>
        text.Length >= Unit16 && text[0] == '\\' && text[1] == 'u' && ushort.TryParse(text[2..Unit16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
