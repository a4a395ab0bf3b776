using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rein.Storage.Postgres.Engine;

/// <summary>Text as PostgreSQL takes it. What it would refuse (a NUL, half a surrogate pair) is replaced: a worker's error text must not fail a commit.</summary>
static class PlainText
{
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null || IsPlain(text))
            return text;
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            plain.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return plain.ToString();
    }

    static bool IsPlain(ReadOnlySpan<char> text) => !text.Contains('\0') && !text.ContainsAnyInRange('\uD800', '\uDFFF');
}
