using System.Text.Json;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>What is taken of a page under one name.</summary>
sealed record FieldRule(string Name, ISelector Selector, string? Attribute, bool IsAll)
{
    /// <exception cref="WebTrouble">A selector cannot be read.</exception>
    public static IReadOnlyList<FieldRule> Of(IReadOnlyDictionary<string, JsonElement>? fields) =>
        [.. (fields ?? new Dictionary<string, JsonElement>()).Select(field => Of(field.Key, field.Value))];

    static FieldRule Of(string name, JsonElement said)
    {
        var field = said.ValueKind is JsonValueKind.String
            ? new CrawlField(said.GetString()!)
            : said.Deserialize(CrawlJson.Default.CrawlField)!;
        return new(name, Read(field.Selector, $"the field '{name}'"), field.Attribute, field.All);
    }

    /// <exception cref="WebTrouble">It is no selector.</exception>
    public static ISelector Read(string selector, string owner) =>
        new CssSelectorParser().ParseSelector(selector) ?? throw new WebTrouble($"{owner} has a CSS selector that cannot be read: {selector}");
}
