using System.Text;
using AngleSharp.Dom;
using Rein.Steps.Web;
using Rein.Worker.Reporting;

namespace Rein.Steps.Crawl;

/// <summary>What was found on a page so far. One owner: the reader of that page.</summary>
sealed class Findings(Uri url, IReadOnlyList<FieldRule> rules)
{
    readonly List<string>[] found = [.. rules.Select(_ => new List<string>())];
    readonly HashSet<PageUrl> links = [];
    Uri? root;
    long size;

    public void SetRoot(string href) => root ??= Uri.TryCreate(url, href, out var said) ? said : null;

    public void AddLink(string href)
    {
        if (Uri.TryCreate(root ?? url, href.Trim(), out var to) && PageUrl.Of(to) is { } page)
            links.Add(page);
    }

    /// <exception cref="WebTrouble">It is more than an item holds.</exception>
    public void Take(IElement element)
    {
        for (var i = 0; i < found.Length; i++)
            if ((rules[i].IsAll || found[i].Count == 0) && rules[i].Selector.Match(element, null) && ValueOf(element, rules[i].Attribute) is { } value)
            {
                found[i].Add(value);
                if ((size += value.Length) > ItemWriter.MaxItem)
                    throw new WebTrouble($"the selected fields are larger than {ItemWriter.MaxItem} bytes");
            }
    }

    string? ValueOf(IElement element, string? attribute)
    {
        if (attribute is null)
            return OneLine(element.TextContent);
        var value = element.GetAttribute(attribute);
        return attribute is "href" or "src" && value is not null && Uri.TryCreate(root ?? url, value.Trim(), out var absolute) ? absolute.AbsoluteUri : value;
    }

    public Page Page(string? title) => new(
        string.IsNullOrWhiteSpace(title) ? null : OneLine(title),
        [.. rules.Select((rule, i) => new PageField(rule.Name, rule.IsAll, found[i]))],
        [.. links]);

    static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, 1024));
        var isGap = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                isGap = line.Length > 0;
                continue;
            }
            if (isGap)
                line.Append(' ');
            isGap = false;
            line.Append(c);
        }
        return line.ToString();
    }
}

/// <summary>A page that was read.</summary>
/// <param name="Links">Of any site; each once.</param>
sealed record Page(string? Title, IReadOnlyList<PageField> Fields, IReadOnlyList<PageUrl> Links);

/// <param name="IsAll">All that were found, instead of the first.</param>
sealed record PageField(string Name, bool IsAll, IReadOnlyList<string> Found);
