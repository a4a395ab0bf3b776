using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What a <c>filter</c> comes to. It is decided at once, so what it may look at is bounded: nobody's stop waits for a long decision.</summary>
static class Filtering
{
    /// <summary>What is left has at most so many bytes as JSON: it is the result of a step.</summary>
    public const int MostBytes = 1_000_000;

    /// <summary>Both sides of the condition, over all items.</summary>
    public const long MostCompared = 8 << 20;

    /// <param name="effort">Grows by the bytes of the items, of what they are compared with, and of those that are left.</param>
    /// <returns>The items of which the condition holds, as they are, in their order.</returns>
    public static Resolved<ReadOnlyMemory<byte>> ResolveFilter(this Node node, IScope scope, ref long effort)
    {
        var items = node.ResolveItems(scope);
        if (items.Fault is { } fault) return fault;
        var (kept, at, compared) = (new ArrayBufferWriter<byte>(), new ItemScope(scope), 0L);
        effort += JsonMarshal.GetRawUtf8Value(items.Value).Length;
        kept.Write("["u8);
        foreach (var item in items.Value.EnumerateArray())
        {
            var before = compared;
            var holds = node.Condition!.Evaluate(at.Next(item), ref compared);
            effort += compared - before;
            if (holds.Fault is { } broken) return broken with { Message = $"Node '{node.Id}', item {at.Index}: {broken.Message}" };
            if (compared > MostCompared) return TooMuch(node, $"compares more than {MostCompared >> 20} MB in all");
            if (!holds.Value) continue;
            if (kept.WrittenCount > 1) kept.Write(","u8);
            kept.Write(JsonMarshal.GetRawUtf8Value(item));
            if (kept.WrittenCount >= MostBytes) return TooMuch(node, $"keeps more than {MostBytes} bytes");
        }

        kept.Write("]"u8);
        effort += kept.WrittenCount;
        return (ReadOnlyMemory<byte>)kept.WrittenMemory;
    }

    static Fault TooMuch(Node node, string problem) => new(FaultCodes.PayloadTooLarge, $"Node '{node.Id}' {problem}.", $"/nodes/{node.Id}/payload");

    /// <summary>What the condition sees: everything else is read once for all items.</summary>
    sealed class ItemScope(IScope outer) : IScope
    {
        readonly Dictionary<string, JsonElement?> results = new(StringComparer.Ordinal);

        public JsonElement Input => field.ValueKind is JsonValueKind.Undefined ? field = outer.Input : field;

        public Guid Run => outer.Run;

        public JsonElement? Item { get; private set; }

        public int? Index { get; private set; }

        public JsonElement? ResultOf(string node) =>
            results.TryGetValue(node, out var known) ? known : results[node] = outer.ResultOf(node);

        public string? Secret(string name) => outer.Secret(name);

        public ItemScope Next(JsonElement item)
        {
            Item = item;
            Index = Index + 1 ?? 0;
            return this;
        }
    }
}
