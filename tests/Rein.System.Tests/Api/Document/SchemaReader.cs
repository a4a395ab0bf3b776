using System.Text.Json;

namespace Rein.System.Tests.Api.Document;

/// <summary>Reads the schemas of one document, each component once.</summary>
/// <param name="writesNulls">False: what is not there is absent, and never null.</param>
sealed class SchemaReader(JsonElement document, bool writesNulls)
{
    static readonly JsonElement s_anything = JsonElement.Parse("{}");

    readonly Dictionary<string, AnswerSchema> known = [];

    public bool WritesNulls => writesNulls;

    public AnswerSchema Read(JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.True)
            schema = s_anything;
        if (!schema.TryGetProperty("$ref", out var reference))
            return AnswerSchema.Of(schema, this);
        var name = reference.GetString()!;
        return known.TryGetValue(name, out var found) ? found : AnswerSchema.Of(Resolve(schema), this, made => known[name] = made);
    }

    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(document, (inside, part) => inside.GetProperty(part));
        return schema;
    }
}
