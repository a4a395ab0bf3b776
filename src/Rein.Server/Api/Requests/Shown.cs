using System.Globalization;
using System.Text;

namespace Rein.Server.Api.Requests;

/// <summary>What somebody sent, fit to be shown to somebody: short, and without anything that a terminal obeys or an eye does not see.</summary>
static class Shown
{
    public const int Longest = 64;

    public static string Of(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest)
                return shown.Append('…').ToString();
            shown.Append(IsVisible(rune) ? rune.ToString() : "\uFFFD");
        }
        return shown.ToString();
    }

    static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
