using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Rein.Server.Dialects;

/// <summary>What a workflow is called here that has a title elsewhere: the words of it, and something that makes it one of a kind.</summary>
static partial class NameOfTitle
{
    const int LongestWords = 60;

    public static string Draw(string title)
    {
        var words = NoWord().Replace(title.ToLowerInvariant(), "-").Trim('-');
        return $"{(words.Length == 0 ? "workflow" : words[..Math.Min(words.Length, LongestWords)].TrimEnd('-'))}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoWord();
}
