using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.Core.Definitions;

/// <summary>The payload of the kind <c>crawl</c>: where it begins, how far it goes, how fast, and what it takes of each page.</summary>
static partial class CrawlRules
{
    const int MostStarts = 100;
    const int MostFields = 100;
    const int LongestSelector = 1000;

    static readonly string[] Names =
    [
        "startUrls", "maxDepth", "maxPages", "fields", "links", "concurrency", "delayMs", "maxPageBytes", "pageTimeoutSeconds", "userAgent", .. Policy.Names,
    ];

    /// <summary>Every item has these.</summary>
    static readonly FrozenSet<string> Taken = FrozenSet.Create(StringComparer.Ordinal, "url", "status", "depth", "title", "error");

    public static void Check(Fields payload)
    {
        payload.RefuseOthers(Names);
        CheckStarts(payload);
        payload.Whole("maxDepth", 0, 100);
        payload.Whole("maxPages", 1, 100_000);
        payload.Whole("concurrency", 1, 32);
        payload.Whole("delayMs", 0, 60_000);
        payload.Whole("maxPageBytes", 1, 10_000_000);
        payload.Number("pageTimeoutSeconds", 0.1, 300);
        CheckSelector(payload, "links");
        if (payload.Text("userAgent") is { } agent && !PayloadRules.IsExpression(payload.Find("userAgent")) && !Agent().IsMatch(agent))
            payload.Refuse("userAgent", "must be 1 to 200 printable characters of ASCII");
        if (payload.Inner("fields") is not { } fields) return;
        if (fields.Element.GetPropertyCount() > MostFields) payload.Refuse("fields", $"must have at most {MostFields} members");
        else CheckFields(fields);
    }

    static void CheckStarts(Fields payload)
    {
        if (payload.Find("startUrls") is not { } starts) payload.Refuse("startUrls", "is missing");
        else if (PayloadRules.IsExpression(starts)) return;
        else if (starts.ValueKind is not JsonValueKind.Array || starts.GetArrayLength() is 0 or > MostStarts)
            payload.Refuse("startUrls", $"must be an array of 1 to {MostStarts} URLs");
        else if (!starts.EnumerateArray().All(UrlRules.IsUrl)) payload.Refuse("startUrls", $"{UrlRules.Says}, each");
    }

    static void CheckSelector(Fields fields, string name)
    {
        if (fields.Text(name) is { } selector && (string.IsNullOrWhiteSpace(selector) || selector.Length > LongestSelector))
            fields.Refuse(name, $"must be a CSS selector of at most {LongestSelector} characters");
    }

    static void CheckFields(Fields fields)
    {
        foreach (var field in fields.Element.EnumerateObject())
        {
            if (Taken.Contains(field.Name)) fields.Refuse(field.Name, "is what every item has already; choose another name");
            else if (!Name().IsMatch(field.Name)) fields.Refuse(field.Name, "is no name of 1 to 64 letters, digits, '_' or '-'");
            else if (field.Value.ValueKind is JsonValueKind.String) CheckSelector(fields, field.Name);
            else if (field.Value.ValueKind is JsonValueKind.Object) CheckField(fields.Inner(field.Name)!);
            else fields.Refuse(field.Name, "must be a CSS selector, or an object with 'selector', 'attribute' and 'all'");
        }
    }

    static void CheckField(Fields field)
    {
        field.RefuseOthers(["selector", "attribute", "all"]);
        if (field.Find("selector") is null) field.Refuse("selector", "is missing");
        else CheckSelector(field, "selector");
        if (field.Text("attribute") is { Length: 0 or > 100 }) field.Refuse("attribute", "must be the name of an attribute");
        field.Flag("all");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[\x20-\x7e]{1,200}\z")]
    private static partial Regex Agent();
}
