namespace Rein.Server.Dialects;

/// <summary>Something that only one dialect can be told, as a text.</summary>
/// <param name="Takes">What it may be, behind "must be".</param>
sealed record DialectSetting(string Name, string Takes, Func<string, bool> Fits)
{
    /// <param name="words">The first of them holds where nothing is said.</param>
    public static DialectSetting OfWords(string name, params string[] words) => new(name, string.Join(" or ", words), value => words.Contains(value));
}
