using System.Text.Json;

namespace Rein.Core.Definitions;

/// <summary>Where a step may be told to go. What an expression makes of it is looked at when the step runs.</summary>
static class UrlRules
{
    public const string Says = "must be an absolute URL of http or https, without user and password in it";

    public static bool IsUrl(JsonElement value) =>
        PayloadRules.IsExpression(value)
        || (value.ValueKind is JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url)
            && url is { Scheme: "http" or "https", UserInfo: "", Host: not "" });
}
