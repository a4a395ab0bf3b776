using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What a run may be started with. Without any field everything is taken; with one, unknown keys are refused,
/// because a misspelt key would otherwise be a run without its input.</summary>
public sealed record InputSchema(ImmutableArray<InputField> Fields)
{
    public const int MaxInputBytes = 256 << 10;
    public const int MaxFields = 200;

    static readonly JsonElement Nothing = JsonElement.Parse("{}"u8);

    internal static InputSchema Read(JsonElement? schema, FaultList faults)
    {
        if (schema is not { } list) return new InputSchema([]);
        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() > MaxFields)
        {
            faults.Add(
                FaultCodes.DefinitionBadInputSchema,
                $"'inputSchema' must be an array of at most {MaxFields} fields: {{ key, type, required, description, default }}.",
                "/inputSchema");
            return new InputSchema([]);
        }

        var fields = list.EnumerateArray()
            .Select((field, i) => InputField.Read(field, Said.Under("/inputSchema", i), faults))
            .OfType<InputField>().ToList();
        foreach (var twice in fields.CountBy(f => f.Key, StringComparer.Ordinal).Where(c => c.Value > 1))
            faults.Add(FaultCodes.DefinitionBadInputSchema, $"The input {Said.Quote(twice.Key)} is declared twice.", "/inputSchema");
        return new InputSchema([.. fields]);
    }

    public bool Declares(string key) => Fields.Any(f => f.Key == key);

    /// <summary>Every fault, each with the key as its path; none when a run may start with this. No input counts as an empty one.</summary>
    public ImmutableArray<Fault> Check(JsonElement input)
    {
        var given = OrNothing(input);
        if (given.ValueKind is not JsonValueKind.Object)
            return [new Fault(FaultCodes.InputWrongType, "The input must be an object.", "")];
        if (JsonMarshal.GetRawUtf8Value(given).Length > MaxInputBytes)
            return [new Fault(FaultCodes.InputTooLarge, $"The input is larger than {MaxInputBytes} bytes.", "")];
        return Fields.IsEmpty ? [] : CheckFields(given);
    }

    ImmutableArray<Fault> CheckFields(JsonElement given)
    {
        try
        {
            var faults = new FaultList();
            foreach (var field in Fields) field.Check(given, faults);
            foreach (var member in given.EnumerateObject().Where(m => !Declares(m.Name)))
                faults.Add(
                    FaultCodes.InputUnknown,
                    $"The input {Said.Quote(member.Name)} is not declared; known are {Known()}.",
                    Said.Under("", member.Name));
            return faults.Faults;
        }
        catch (InvalidOperationException) // half a surrogate pair shows only when the name is read
        {
            return [new Fault(FaultCodes.InputUnknown, "The input has a key that is not valid text.", "")];
        }
    }

    string Known() => string.Join(", ", Fields.Select(f => f.Key).Take(20));

    /// <summary>The input with every default it leaves open; the same value when it leaves none.</summary>
    public JsonElement Complete(JsonElement input)
    {
        var given = OrNothing(input);
        var open = Fields.Where(f => f.Default is not null && f.IsMissingIn(given)).ToList();
        return open.Count == 0 ? given : JsonElement.Parse(WithDefaults(given, open));
    }

    static ReadOnlySpan<byte> WithDefaults(JsonElement given, List<InputField> open)
    {
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            foreach (var member in given.EnumerateObject().Where(m => open.All(f => f.Key != m.Name))) member.WriteTo(writer);
            foreach (var field in open)
            {
                writer.WritePropertyName(TextJson.Quoted(field.Key));
                field.Default!.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return written.WrittenSpan;
    }

    static JsonElement OrNothing(JsonElement input) =>
        input.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? Nothing : input;
}
