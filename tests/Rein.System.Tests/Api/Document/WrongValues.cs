using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.System.Tests.Api.Document;

/// <summary>Draws values that a schema does not allow: of another type, out of their range, too long, none of the words, or with such a value inside of them.</summary>
sealed class WrongValues(Random random)
{
    static readonly (string Type, string Json)[] s_ofTypes =
        [("string", "\"word\""), ("number", "1.5"), ("boolean", "true"), ("array", "[1,[2]]"), ("object", "{\"a\":{}}")];

    static readonly string[] s_texts = ["", " ", "x y", "-5", "1.5.2", "99999999999999999999", "truefalse", "\u0001", "NaN", "0x10", "\ud83d\ude00"];

    /// <returns>JSON; null where the schema allows everything.</returns>
    public string? Of(JsonElement schema, SchemaReader schemas)
    {
        schema = Bare(schemas.Resolve(schema), schemas);
        var wrong = OfAnotherType(schema).Concat(OutOfBounds(schema)).Concat(Inside(schema, schemas)).ToList();
        return wrong.Count == 0 ? null : wrong[random.Next(wrong.Count)];
    }

    /// <summary>For a parameter: a text, which stands for a number where that is what is asked for.</summary>
    public string? Text(JsonElement schema)
    {
        var isFine = Check(schema);
        var wrong = s_texts.Where(text => isFine is not null && !isFine(text)).Concat(OutOfBounds(schema).Where(json => !json.StartsWith('"') && !json.StartsWith('['))).ToList();
        return wrong.Count == 0 ? null : wrong[random.Next(wrong.Count)];
    }

    static Func<string, bool>? Check(JsonElement schema)
    {
        if (schema.TryGetProperty("pattern", out var pattern))
            return text => Regex.IsMatch(text, pattern.GetString()!);
        // Whether a word is known is all that counts: none of these is.
        if (schema.TryGetProperty("enum", out _))
            return _ => false;
        return Types(schema) switch
        {
            [.., "integer"] => text => long.TryParse(text, CultureInfo.InvariantCulture, out _),
            [.., "boolean"] => text => text is "true" or "false",
            // A time that nobody means may be read as one all the same.
            _ when schema.TryGetProperty("format", out var format) && format.GetString() is "date-time" => text => text is "-5" or "1.5.2" or "" or " ",
            _ => null,
        };
    }

    /// <summary>What may be null is one of two.</summary>
    static JsonElement Bare(JsonElement schema, SchemaReader schemas) =>
        schema.TryGetProperty("oneOf", out var choices) ? schemas.Resolve(choices.EnumerateArray().First(choice => Types(choice) is not ["null"])) : schema;

    static IReadOnlyList<string> Types(JsonElement schema) => schema.TryGetProperty("type", out var type)
        ? type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!).Order(StringComparer.Ordinal).OrderBy(one => one is not "null")] : [type.GetString()!]
        : [];

    static IEnumerable<string> OfAnotherType(JsonElement schema)
    {
        var allowed = Types(schema);
        return allowed.Count == 0
            ? []
            : s_ofTypes.Where(value => !allowed.Contains(value.Type) && !(value.Type == "number" && allowed.Contains("integer"))).Select(value => value.Json);
    }

    static IEnumerable<string> OutOfBounds(JsonElement schema)
    {
        if (schema.TryGetProperty("minimum", out var least))
            yield return (least.GetDecimal() - 1).ToString(CultureInfo.InvariantCulture);
        if (schema.TryGetProperty("maximum", out var most))
            yield return (most.GetDecimal() + 1).ToString(CultureInfo.InvariantCulture);
        if (Types(schema).Contains("integer"))
            foreach (var number in (string[])["1.5", "99999999999999999999", "1e400"])
                yield return number;
        if (schema.TryGetProperty("enum", out _))
            yield return "\"no_such_word\"";
        if (schema.TryGetProperty("minLength", out var shortest) && shortest.GetInt32() > 0)
            yield return $"\"{new string('x', shortest.GetInt32() - 1)}\"";
        if (schema.TryGetProperty("maxLength", out var longest))
            yield return $"\"{new string('x', longest.GetInt32() + 1)}\"";
        if (schema.TryGetProperty("minItems", out var fewest) && fewest.GetInt32() > 0)
            yield return "[]";
        if (schema.TryGetProperty("format", out var format) && format.GetString() is "uuid")
            yield return "\"no-uuid\"";
    }

    IEnumerable<string> Inside(JsonElement schema, SchemaReader schemas)
    {
        if (schema.TryGetProperty("properties", out var properties) && properties.GetPropertyCount() > 0)
        {
            var (name, inside) = properties.EnumerateObject().ElementAt(random.Next(properties.GetPropertyCount())) switch { var one => (one.Name, one.Value) };
            if (Of(inside, schemas) is { } wrong)
                yield return $"{{{JsonSerializer.Serialize(name)}:{wrong}}}";
        }
        if (schema.TryGetProperty("items", out var items) && Of(items, schemas) is { } wrongItem)
            yield return $"[{wrongItem}]";
        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind is JsonValueKind.Object && Of(others, schemas) is { } wrongOther)
            yield return $"{{\"a\":{wrongOther}}}";
    }
}
