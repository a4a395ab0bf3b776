using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.Core.Definitions;

/// <summary>The payload of the kind <c>http</c>: one request, and which answers count as success.</summary>
static partial class HttpRules
{
    public const int MostBytes = 1_000_000;
    public const int MostRedirects = 20;

    static readonly string[] Names = ["url", "method", "headers", "body", "acceptStatus", "maxRedirects", "maxResponseBytes", .. Policy.Names];
    static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>They belong to the connection, and are made by whoever sends.</summary>
    static readonly FrozenSet<string> Sent = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade");

    public static void Check(Fields payload)
    {
        payload.RefuseOthers(Names);
        if (payload.Find("url") is not { } url) payload.Refuse("url", "is missing");
        else if (!UrlRules.IsUrl(url)) payload.Refuse("url", UrlRules.Says);
        var method = payload.Find("method") is null ? "GET" : payload.Choice("method", Methods);
        if (method is "GET" or "HEAD" && payload.Find("body") is not null) payload.Refuse("body", $"is not taken by {method}; say which method it goes with");
        if (payload.Inner("headers") is { } headers) CheckHeaders(headers);
        if (payload.Find("acceptStatus") is { } accept && !AreStatuses(accept))
            payload.Refuse("acceptStatus", "must be an array of statuses from 200 to 599 and classes such as \"4xx\"");
        payload.Whole("maxRedirects", 0, MostRedirects);
        payload.Whole("maxResponseBytes", 0, MostBytes);
    }

    static void CheckHeaders(Fields headers)
    {
        foreach (var header in headers.Element.EnumerateObject())
        {
            if (Sent.Contains(header.Name)) headers.Refuse(header.Name, "belongs to the connection and cannot be set");
            else if (!Token().IsMatch(header.Name)) headers.Refuse(header.Name, "is no name of a header");
            else if (!IsLine(header.Value)) headers.Refuse(header.Name, "must be a string of one line");
        }
    }

    static bool IsLine(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && !value.GetString()!.AsSpan().ContainsAny('\r', '\n', '\0');

    static bool AreStatuses(JsonElement accept) =>
        accept.ValueKind is JsonValueKind.Array && accept.GetArrayLength() > 0 && accept.EnumerateArray().All(IsStatus);

    static bool IsStatus(JsonElement status) => status.ValueKind switch
    {
        JsonValueKind.Number => status.TryGetInt32(out var number) && number is >= 200 and <= 599,
        JsonValueKind.String => status.GetString() is "2xx" or "3xx" or "4xx" or "5xx",
        _ => false,
    };

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\z")]
    private static partial Regex Token();
}
