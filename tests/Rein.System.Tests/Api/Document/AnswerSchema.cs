using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.System.Tests.Api.Document;

/// <summary>A schema of the document, as far as our documents use JSON Schema: read once, held against many answers. What it does not know, it does not pass over.</summary>
sealed class AnswerSchema
{
    static readonly string[] s_words = ["$ref", "type", "format", "properties", "required", "items", "additionalProperties", "oneOf", "enum", "pattern", "minimum", "maximum"];

    /// <summary>They say something to people, or bind requests alone.</summary>
    static readonly string[] s_remarks = ["description", "default", "minLength", "maxLength", "minItems", "maxItems"];

    bool writesNulls;
    IReadOnlyList<string>? types;
    string? format;
    Regex? pattern;
    IReadOnlyList<string>? words;
    IReadOnlyList<AnswerSchema> choices = [];
    Dictionary<string, AnswerSchema>? properties;
    IReadOnlyList<string> required = [];
    AnswerSchema? items;
    AnswerSchema? others;

    /// <summary>It says nothing of what stands inside: then there may be more of it than anybody wants to keep.</summary>
    public bool IsOpen => types is ["string"] || (types is ["array"] && items is null or { types: null, properties: null, choices: [] });

    /// <param name="made">Gets it before it is filled: a schema may be inside itself.</param>
    public static AnswerSchema Of(JsonElement schema, SchemaReader reader, Action<AnswerSchema>? made = null)
    {
        if (schema.EnumerateObject().Select(word => word.Name).Except(s_words).Except(s_remarks).FirstOrDefault() is { } stranger)
            throw new NotSupportedException($"Nobody here knows what '{stranger}' in a schema means.");
        var read = new AnswerSchema { writesNulls = reader.WritesNulls };
        made?.Invoke(read);
        read.Fill(schema, reader);
        return read;
    }

    void Fill(JsonElement schema, SchemaReader reader)
    {
        if (schema.TryGetProperty("type", out var type))
            types = type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];
        format = schema.TryGetProperty("format", out var form) ? form.GetString() : null;
        pattern = schema.TryGetProperty("pattern", out var expression) ? new Regex(expression.GetString()!) : null;
        words = schema.TryGetProperty("enum", out var list) ? [.. list.EnumerateArray().Select(one => one.GetRawText())] : null;
        choices = schema.TryGetProperty("oneOf", out var some) ? [.. some.EnumerateArray().Select(reader.Read)] : [];
        properties = schema.TryGetProperty("properties", out var named) ? named.EnumerateObject().ToDictionary(one => one.Name, one => reader.Read(one.Value)) : null;
        required = schema.TryGetProperty("required", out var needed) ? [.. needed.EnumerateArray().Select(one => one.GetString()!)] : [];
        items = schema.TryGetProperty("items", out var inside) ? reader.Read(inside) : null;
        others = schema.TryGetProperty("additionalProperties", out var rest) ? reader.Read(rest) : null;
    }

    /// <summary>The first difference; null where there is none.</summary>
    /// <param name="at">Where the value stands in its answer.</param>
    public string? Difference(JsonElement value, string at)
    {
        if (choices.Count > 0)
        {
            // A null is one of the choices wherever there are two.
            var told = choices.Select(choice => choice.Difference(value, at)).ToList();
            return told.Contains(null) ? null : told.OrderByDescending(difference => difference!.Split(':')[0].Length).First();
        }
        if (types is not null && !types.Any(type => IsA(type, value)))
            return $"{at}: it is {value.ValueKind} and should be {string.Join(" or ", types)}";
        if (words is not null && !words.Contains(value.GetRawText()))
            return $"{at}: {value.GetRawText()} is none of {string.Join(", ", words)}";
        return value.ValueKind switch
        {
            JsonValueKind.String => OfText(value.GetString()!, at),
            JsonValueKind.Array when items is not null => value.EnumerateArray().Select((item, number) => items.Difference(item, $"{at}/{number}")).FirstOrDefault(difference => difference is not null),
            JsonValueKind.Object when properties is not null || others is not null => OfObject(value, at),
            _ => null,
        };
    }

    static bool IsA(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind is JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind is JsonValueKind.Number,
        "string" => value.ValueKind is JsonValueKind.String,
        "array" => value.ValueKind is JsonValueKind.Array,
        "object" => value.ValueKind is JsonValueKind.Object,
        _ => throw new NotSupportedException($"Nobody here knows the type '{type}'."),
    };

    string? OfText(string text, string at)
    {
        if (pattern is not null && !pattern.IsMatch(text))
            return $"{at}: '{text}' is not like {pattern}";
        var isSo = format switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            null => true,
            _ => throw new NotSupportedException($"Nobody here knows the format '{format}'."),
        };
        return isSo ? null : $"{at}: '{text}' is no {format}";
    }

    string? OfObject(JsonElement value, string at)
    {
        foreach (var member in value.EnumerateObject())
        {
            var schema = properties?.GetValueOrDefault(member.Name) ?? others;
            if (schema is null)
                return $"{at}/{member.Name}: the document has no such property";
            if (!writesNulls && member.Value.ValueKind is JsonValueKind.Null && (schema.types is not null || schema.choices.Count > 0))
                return $"{at}/{member.Name}: it is null, and should be absent";
            if (schema.Difference(member.Value, $"{at}/{member.Name}") is { } difference)
                return difference;
        }
        return required.FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing ? $"{at}/{missing}: it is missing" : null;
    }
}
