using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;

namespace Rein.Server.Dialects.B3os;

/// <summary>A definition as it was written, with every field that its readers rely on.</summary>
static class Definitions
{
    public static readonly JsonElement Nothing = JsonElement.Parse("{}"u8);
    static readonly JsonElement NoChildren = JsonElement.Parse("[]"u8);

    /// <summary>A definition never changes, and any number of runs has the same: what is told of it is made once, for as long as it is in memory.</summary>
    static readonly ConditionalWeakTable<Definition, DefinitionDocument> s_snapshots = [];

    public static DefinitionDocument Snapshot(Definition definition) => s_snapshots.GetValue(definition, Taken);

    /// <summary>The snapshot of a run has the blocks that were taken apart for it; a workflow has none.</summary>
    static DefinitionDocument Taken(Definition definition) =>
        Of(definition, out var written) with { BlockExpansions = written.TryGetProperty("blockExpansions", out var blocks) ? blocks : Nothing };

    public static DefinitionDocument OfWorkflow(Definition definition) => Of(definition, out _);

    static DefinitionDocument Of(Definition definition, out JsonElement written)
    {
        written = JsonElement.Parse(definition.ToJson().Span);
        return new() { InputSchema = [.. definition.Inputs.Fields.Select(Of)], Nodes = Complete(written.GetProperty("nodes")) };
    }

    /// <summary>They know no whole numbers.</summary>
    static InputDocument Of(InputField field) => new()
    {
        Description = field.Description ?? "", Key = field.Key, Required = field.Required, Type = field.Type is "integer" ? "number" : field.Type,
    };

    /// <summary>A payload and children are written where a node has left them out.</summary>
    static JsonElement Complete(JsonElement nodes)
    {
        if (nodes.EnumerateObject().All(node => node.Value.TryGetProperty("payload", out _) && node.Value.TryGetProperty("children", out _)))
            return nodes;
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            foreach (var node in nodes.EnumerateObject())
            {
                writer.WriteStartObject(node.Name);
                foreach (var field in node.Value.EnumerateObject())
                    Write(writer, field.Name, field.Value);
                if (!node.Value.TryGetProperty("payload", out _))
                    Write(writer, "payload", Nothing);
                if (!node.Value.TryGetProperty("children", out _))
                    Write(writer, "children", NoChildren);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(written.WrittenSpan);
    }

    static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }
}
