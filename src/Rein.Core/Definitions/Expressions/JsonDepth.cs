using System.Buffers;

namespace Rein.Core.Definitions.Expressions;

/// <summary>How deep JSON is nested, without reading it: a scalar is 0 deep, <c>[]</c> is 1.</summary>
static class JsonDepth
{
    static readonly SearchValues<byte> s_signs = SearchValues.Create("\"{}[]"u8);
    static readonly SearchValues<byte> s_endsOfText = SearchValues.Create("\"\\"u8);

    /// <param name="json">Well-formed, in UTF-8.</param>
    public static int Of(ReadOnlySpan<byte> json)
    {
        var (depth, deepest) = (0, 0);
        for (var at = json.IndexOfAny(s_signs); at >= 0; at = json.IndexOfAny(s_signs))
        {
            var sign = json[at];
            json = json[(at + 1)..];
            if (sign is (byte)'"')
                json = json[EndOfText(json)..];
            else if (sign is (byte)'{' or (byte)'[')
                deepest = Math.Max(deepest, ++depth);
            else
                depth--;
        }
        return deepest;
    }

    /// <returns>Where what follows the closing quote begins.</returns>
    static int EndOfText(ReadOnlySpan<byte> text)
    {
        var end = 0;
        while (text[end..].IndexOfAny(s_endsOfText) is var at && at >= 0)
        {
            end += at + 1;
            if (text[end - 1] is (byte)'"')
                return end;
            end++;
        }
        return text.Length;
    }
}
