namespace Rein.Server.Dialects;

/// <summary>Something that only one dialect can be told, as a text.</summary>
/// <param name="Takes">What it may be, behind "it is".</param>
/// <param name="Usual">What holds where nothing is said; null where that is none of its values.</param>
sealed record DialectSetting(string Name, string Takes, Func<string, bool> Fits, string? Usual = null)
{
    /// <summary>Where documents of the product contradict each other: one word for each reading.</summary>
    /// <param name="words">The first of them holds where nothing is said.</param>
    public static DialectSetting OfWords(string name, params string[] words) => new(name, $"one of {string.Join(", ", words)}", value => words.Contains(value), words[0]);
}
