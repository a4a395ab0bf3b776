using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>One declared input. A value of null counts as not given.</summary>
/// <param name="Type"><c>string</c>, <c>number</c>, <c>integer</c>, <c>boolean</c>, <c>object</c> or <c>array</c>.</param>
public sealed record InputField(string Key, string Type, bool Required, string? Description, JsonElement? Default)
{
    const int LongestKey = 128;

    internal static InputField? Read(JsonElement element, string path, FaultList faults)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            faults.Add(FaultCodes.DefinitionBadInputSchema, "An entry of 'inputSchema' must be an object.", path);
            return null;
        }

        var key = element.TryGetProperty("key", out var k) && k.ValueKind is JsonValueKind.String ? k.GetString()! : "";
        var fields = new Fields(element, $"The input {Said.Quote(key)}", path, FaultCodes.DefinitionBadInputSchema, faults);
        if (key.Length is 0 or > LongestKey) fields.Refuse("key", $"must be a string of 1 to {LongestKey} characters");
        if (fields.Find("type") is null) fields.Refuse("type", "is missing");
        foreach (var name in fields.Beyond("key", "type", "required", "description", "default"))
            faults.Warn(
                FaultCodes.DefinitionUnknownField,
                $"{fields.Owner} has a field {Said.Quote(name)} that means nothing here.",
                Said.Under(path, name));
        var field = new InputField(
            key,
            fields.Choice("type", "string", "number", "integer", "boolean", "object", "array") ?? "",
            fields.Flag("required") ?? false,
            fields.Text("description"),
            fields.Find("default"));
        if (field is { Type: not "", Default: { } value } && !field.Fits(value))
            fields.Refuse("default", $"must be of the type {field.Type}");
        return field;
    }

    internal void Check(JsonElement input, FaultList faults)
    {
        if (IsMissingIn(input))
        {
            if (Required && Default is null)
                faults.Add(
                    FaultCodes.InputMissing,
                    $"The input {Said.Quote(Key)} is required: {Type}{(Description is null ? "" : $", {Description}")}.",
                    Said.Under("", Key));
        }
        else if (!Fits(input.GetProperty(Key)))
        {
            faults.Add(FaultCodes.InputWrongType, $"The input {Said.Quote(Key)} must be of the type {Type}.", Said.Under("", Key));
        }
    }

    internal bool IsMissingIn(JsonElement input) => !input.TryGetProperty(Key, out var value) || value.ValueKind is JsonValueKind.Null;

    bool Fits(JsonElement value) => Type switch
    {
        "string" => value.ValueKind is JsonValueKind.String,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var number) && decimal.IsInteger(number),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind is JsonValueKind.Object,
        _ => value.ValueKind is JsonValueKind.Array,
    };
}
