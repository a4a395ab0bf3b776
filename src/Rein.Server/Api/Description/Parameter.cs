using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>What an endpoint understands behind the question mark, for the document. A test asks every endpoint whether it is true.</summary>
sealed record Parameter(string Name, string What, JsonSchemaType Type = JsonSchemaType.String)
{
    public static Parameter Cursor { get; } = new("cursor", "Goes on where a page ended: the `cursor` of that page.");

    public static Parameter Wait { get; } = new("wait", "How long the answer may wait for it: `10s`, `500ms`, or a number of seconds; at most 60 s.");

    public static Parameter Limit(int usual, int most) =>
        new("limit", $"How many at most: 1 to {most}. Default: {usual}.", JsonSchemaType.Integer);

    public static Parameter Format(string words) => new("format", $"One of {words}. Default: what `Accept` asks for, else JSON.");
}
