namespace Rein.Core.Faults;

/// <summary>How a fault repeats what the user wrote: quoted, and never at length.</summary>
static class Said
{
    const int Longest = 80;

    public static string Quote(string text) => text.Length <= Longest ? $"'{text}'" : $"'{Cut(text)}…'";

    // A cut between two surrogates would leave half a character in an answer that must be valid UTF-8.
    static string Cut(string text) => text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)];

    /// <summary>One more segment of a JSON pointer (RFC 6901).</summary>
    public static string Under(string path, string segment) =>
        $"{path}/{segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Under(string path, int index) => $"{path}/{index}";
}
