using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>What an endpoint understands behind the question mark, for the document. Tests ask every endpoint whether it is true.</summary>
sealed record Parameter(string Name, string What, JsonSchemaType Type = JsonSchemaType.String)
{
    public static Parameter Cursor { get; } = new("cursor", "Goes on where a page ended: the `cursor` of that page.") { Pattern = "^[A-Za-z0-9_-]+$" };

    public static Parameter Wait { get; } =
        new("wait", "How long the answer may wait for it: `10s`, `500ms`, or a number of seconds; at most 60 s.") { Pattern = "^[0-9.]+(ms|s)?$" };

    /// <summary>What every value matches; others are refused. What matches may be refused too.</summary>
    public string? Pattern { get; init; }

    /// <summary>The only values there are.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>What sort of text it is, in the words of JSON Schema.</summary>
    public string? Form { get; init; }

    public long? Least { get; init; }

    public long? Most { get; init; }

    public OpenApiSchema Schema => new()
    {
        Type = Type,
        Pattern = Pattern,
        Format = Form,
        Enum = Words?.Select(word => (JsonNode)JsonValue.Create(word)).ToList(),
        Minimum = Least?.ToString(CultureInfo.InvariantCulture),
        Maximum = Most?.ToString(CultureInfo.InvariantCulture),
    };

    public static Parameter Limit(int usual, int most) => Whole("limit", $"How many at most: 1 to {most}. Default: {usual}.", 1) with { Most = most };

    public static Parameter Format(params string[] words) =>
        new("format", $"One of {string.Join(", ", words.Select(word => $"`{word}`"))}. Default: what `Accept` asks for, else JSON.") { Words = words };

    public static Parameter Whole(string name, string what, long least) => new(name, what, JsonSchemaType.Integer) { Least = least };

    public static Parameter Flag(string name, string what) => new(name, what, JsonSchemaType.Boolean);

    public static Parameter Moment(string name, string what) => new(name, what) { Form = "date-time" };

    /// <summary>One or some of a few words, with commas.</summary>
    public static Parameter WordsOf(string name, string what, IEnumerable<string> words)
    {
        var one = $"({string.Join('|', words.Order(StringComparer.Ordinal))})";
        return new(name, what) { Pattern = $"^{one}(,{one})*$" };
    }
}
