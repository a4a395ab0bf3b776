using System.Text.RegularExpressions;

namespace Rein.House.Tests;

public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => [.. Repository.Ending(".md")];

    [Theory, MemberData(nameof(Documents))]
    public void A_link_leads_somewhere(string document)
    {
        var dead = Links().Matches(WithoutCode(Repository.Read(document)))
            .Select(m => m.Groups["to"].Value)
            .Where(to => !to.Contains("://", StringComparison.Ordinal) && !to.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(to => !Leads(document, to));
        None.Of(dead);
    }

    static bool Leads(string document, string to)
    {
        var (path, heading) = to.Split('#') is [var p, var h] ? (p, h) : (to, "");
        var file = path is "" ? document : Path.Combine(Path.GetDirectoryName(document)!, path);
        if (!Repository.Exists(file)) return false;
        return heading is "" || Headings().Matches(WithoutCode(Repository.Read(file))).Any(m => Anchor(m.Groups[1].Value) == heading);
    }

    // As GitHub makes them: lower case, words joined by a hyphen, everything else left out.
    static string Anchor(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Replace(' ', '-').Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    static string WithoutCode(string markdown) => Code().Replace(markdown, "");

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)[^)]*\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^#+ +(.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*\]\([^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
