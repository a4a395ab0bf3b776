using System.Buffers;

namespace Rein.Server.Items;

/// <summary>
/// An item as the line of a file: byte for byte as it was sent, unless it holds a line break. Then the white space between its members goes; within
/// strings a line break is always escaped.
/// </summary>
static class ItemLine
{
    static readonly SearchValues<byte> Breaks = SearchValues.Create("\r\n"u8);

    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json) => json.Span.ContainsAny(Breaks) ? WithoutWhiteSpace(json.Span) : json;

    static ReadOnlyMemory<byte> WithoutWhiteSpace(ReadOnlySpan<byte> json)
    {
        var line = new byte[json.Length];
        var (length, isInString, isEscaped) = (0, false, false);
        foreach (var letter in json)
        {
            if (!isInString && letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            line[length++] = letter;
            isInString ^= letter == '"' && !isEscaped;
            isEscaped = letter == '\\' && !isEscaped;
        }
        return line.AsMemory(0, length);
    }
}
