using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>
/// The payloads of <c>for-each</c> (<c>items</c>, an array or an expression that becomes one; <c>width</c>, 1 to 256, default 1: iterations at once) and of
/// <c>filter</c> (<c>items</c>; <c>where</c>, a <see cref="Condition"/> about <c>$item</c>). Both go through 10,000 items at most.
/// </summary>
static class LoopRules
{
    public const int MostItems = 10_000;
    public const int MostAtOnce = 256;
    public const string Where = "where";

    const string Items = "items";
    const string AtOnce = "width";

    public static void CheckLoop(Fields payload)
    {
        payload.RefuseOthers([Items, AtOnce, .. Policy.Names]);
        CheckItems(payload);
        payload.Whole(AtOnce, 1, MostAtOnce);
    }

    public static void CheckFilter(Fields payload)
    {
        payload.RefuseOthers([Items, Where, .. Policy.Names]);
        CheckItems(payload);
        Condition.Check(payload, Where);
    }

    static void CheckItems(Fields payload)
    {
        if (payload.Find(Items) is not { } items) payload.Refuse(Items, "is missing");
        else if (items.ValueKind is JsonValueKind.Array ? items.GetArrayLength() > MostItems : !PayloadRules.IsExpression(items))
            payload.Refuse(Items, $"must be an array of at most {MostItems} items, or an expression that becomes one");
    }

    /// <summary>Of drafts that were found sound.</summary>
    public static PayloadTemplate CompileItems(NodeDraft draft) =>
        PayloadTemplate.Compile(draft.Payload.GetProperty(Items), $"{draft.Path}/payload/{Items}", _ => SlotUse.Value, _ => { });

    public static int ReadWidth(NodeDraft draft) =>
        draft.Payload.TryGetProperty(AtOnce, out var width) && width.ValueKind is JsonValueKind.Number ? width.GetInt32() : 1;

    /// <summary>The slot stands in what a <c>filter</c> asks of its items.</summary>
    public static bool IsWhere(NodeDraft draft, string path) =>
        draft.Kind is KindCatalog.Filter && path.StartsWith($"{draft.Path}/payload/{Where}/", StringComparison.Ordinal);

    /// <returns>The array, or why there is none.</returns>
    public static Resolved<JsonElement> ResolveItems(this Node node, IScope scope)
    {
        var items = node.Items!.ResolveValue(scope);
        if (items.Fault is { } fault) return fault with { Message = $"Node '{node.Id}': {fault.Message}" };
        if (items.Value.ValueKind is not JsonValueKind.Array)
            return Wrong(node, $"must become an array, and became {Condition.Kind(items.Value)}");
        return items.Value.GetArrayLength() <= MostItems
            ? items
            : Wrong(node, $"became an array of {items.Value.GetArrayLength()} items, and {MostItems} are the most");
    }

    static Fault Wrong(Node node, string problem) =>
        new(FaultCodes.PayloadWrongType, $"Node '{node.Id}': '{Items}' {problem}.", $"/nodes/{node.Id}/payload/{Items}");
}
