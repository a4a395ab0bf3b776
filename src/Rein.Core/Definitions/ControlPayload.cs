using System.Buffers;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What the control kinds need of their resolved payload.</summary>
public static class ControlPayload
{
    /// <summary>Of a node of kind <c>delay</c>: from nothing to a year.</summary>
    public static Resolved<TimeSpan> ResolveDelay(this Node node, IScope scope) => ResolveMilliseconds(node, "delayMs", scope);

    /// <summary>How long a <c>wait</c> or an <c>approval</c> waits for its answer, from nothing to a year; null for ever.</summary>
    public static Resolved<TimeSpan?> ResolvePatience(this Node node, IScope scope)
    {
        if (!node.Payload.TryGetProperty("timeoutMs", out _)) return (TimeSpan?)null;
        var patience = ResolveMilliseconds(node, "timeoutMs", scope);
        return patience.Fault is { } fault ? fault : (TimeSpan?)patience.Value;
    }

    static Resolved<TimeSpan> ResolveMilliseconds(Node node, string name, IScope scope)
    {
        var field = ResolveField(node, name, scope);
        if (field.Fault is { } fault) return fault;
        if (field.Value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var ms)
            && ms is >= 0 and <= PayloadRules.LongestDelayMs)
            return TimeSpan.FromMilliseconds(ms);
        return new Fault(
            FaultCodes.PayloadWrongType,
            $"Node '{node.Id}': '{name}' must become a number from 0 to {PayloadRules.LongestDelayMs}.",
            PathOf(node, name));
    }

    /// <summary>Of a node of kind <c>log</c> or <c>approval</c>.</summary>
    public static Resolved<string> ResolveMessage(this Node node, IScope scope)
    {
        var field = ResolveField(node, "message", scope);
        return field.Fault is { } fault ? fault : field.Value.GetString()!;
    }

    /// <summary>Of a node of kind <c>workflow</c>: what to start, <c>{ workflow, input, detached }</c>, as JSON.</summary>
    public static Resolved<ReadOnlyMemory<byte>> ResolveCall(this Node node, IScope scope)
    {
        var payload = node.ResolvePayload(scope);
        if (payload.Fault is { } fault) return fault;
        var fields = JsonElement.Parse(payload.Value.Span);
        var call = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(call))
        {
            writer.WriteStartObject();
            foreach (var name in new[] { "workflow", "input", "detached" })
                if (fields.TryGetProperty(name, out var value))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            writer.WriteEndObject();
        }
        return (ReadOnlyMemory<byte>)call.WrittenMemory;
    }

    static Resolved<JsonElement> ResolveField(Node node, string name, IScope scope)
    {
        var payload = node.ResolvePayload(scope);
        return payload.Fault is { } fault ? fault : JsonElement.Parse(payload.Value.Span).GetProperty(name);
    }

    static string PathOf(Node node, string name) => $"/nodes/{node.Id}/payload/{name}";
}
