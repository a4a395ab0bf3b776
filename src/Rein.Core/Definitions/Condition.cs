using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>
/// What an <c>if</c> asks, and a <c>filter</c> of every item: <c>{ left, op, right }</c>. <c>exists</c> and <c>empty</c> and their opposites look at
/// <c>left</c> alone and are the only ones for which a missing path is an answer and not a fault.
/// </summary>
public sealed class Condition
{
    internal static readonly ImmutableArray<string> Unary = ["exists", "notExists", "empty", "notEmpty"];

    internal static readonly ImmutableArray<string> Binary =
        ["eq", "ne", "gt", "gte", "lt", "lte", "contains", "notContains", "startsWith", "endsWith", "in"];

    readonly string op;
    readonly PayloadTemplate left;
    readonly PayloadTemplate? right;
    readonly string path;

    Condition(string op, PayloadTemplate left, PayloadTemplate? right, string path)
    {
        this.op = op;
        this.left = left;
        this.right = right;
        this.path = path;
    }

    /// <param name="field">Where it stands in the payload.</param>
    internal static void Check(Fields payload, string field)
    {
        if (payload.Inner(field) is not { } condition)
        {
            if (payload.Find(field) is null) payload.Refuse(field, "is missing; it is { left, op, right }");
            return;
        }

        condition.RefuseOthers(["left", "op", "right"]);
        if (condition.Find("op") is null) condition.Refuse("op", "is missing");
        var op = condition.Choice("op", [.. Binary, .. Unary]);
        if (!condition.Element.TryGetProperty("left", out _)) condition.Refuse("left", "is missing");
        if (op is not null && Binary.Contains(op) && !condition.Element.TryGetProperty("right", out _))
            condition.Refuse("right", "is missing");
    }

    /// <summary>Of a draft that <see cref="Check"/> found sound.</summary>
    internal static Condition Compile(NodeDraft draft, string field)
    {
        var condition = draft.Payload.GetProperty(field);
        var op = condition.GetProperty("op").GetString()!;
        var path = $"{draft.Path}/payload/{field}";
        return new Condition(op, Side("left"), Unary.Contains(op) ? null : Side("right"), path);

        PayloadTemplate Side(string name) =>
            PayloadTemplate.Compile(condition.GetProperty(name), Said.Under(path, name), _ => SlotUse.Value, _ => { });
    }

    public Resolved<bool> Evaluate(IScope scope)
    {
        var effort = 0L;
        return Evaluate(scope, ref effort);
    }

    /// <param name="effort">Grows by the bytes that are compared: what whoever asks many times can bound.</param>
    public Resolved<bool> Evaluate(IScope scope, ref long effort)
    {
        try
        {
            var leftValue = left.ResolveValue(scope);
            effort += Bytes(leftValue);
            if (right is null) return EvaluateUnary(leftValue);
            if (leftValue.Fault is { } missing) return missing;
            var rightValue = right.ResolveValue(scope);
            if (rightValue.Fault is { } alsoMissing) return alsoMissing;
            effort += Bytes(rightValue);
            return EvaluateBinary(leftValue.Value, rightValue.Value);
        }
        catch (InvalidOperationException)
        {
            return new Fault(
                FaultCodes.ExpressionNotText,
                "A side of the condition is not valid text: it holds half a surrogate pair or broken UTF-8.",
                path);
        }
    }

    static int Bytes(Resolved<JsonElement> value) => value.Fault is null ? JsonMarshal.GetRawUtf8Value(value.Value).Length : 0;

    Resolved<bool> EvaluateUnary(Resolved<JsonElement> value)
    {
        if (value.Fault is { Code: not FaultCodes.ExpressionUnknownPath } fault) return fault;
        var found = value.Fault is null ? value.Value : default;
        return op switch
        {
            "exists" => Exists(found),
            "notExists" => !Exists(found),
            "empty" => IsEmpty(found),
            _ => !IsEmpty(found),
        };
    }

    static bool Exists(JsonElement value) => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.String => value.ValueEquals(""u8),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        _ => false,
    };

    Resolved<bool> EvaluateBinary(JsonElement a, JsonElement b) => op switch
    {
        "eq" => JsonElement.DeepEquals(a, b),
        "ne" => !JsonElement.DeepEquals(a, b),
        "contains" => Contains(a, b),
        "notContains" => Contains(a, b) is { Fault: null } answer ? !answer.Value : Contains(a, b),
        "in" => Contains(b, a),
        "startsWith" => BothTexts(a, b) ? a.GetString()!.StartsWith(b.GetString()!, StringComparison.Ordinal) : Mismatch(a, b),
        "endsWith" => BothTexts(a, b) ? a.GetString()!.EndsWith(b.GetString()!, StringComparison.Ordinal) : Mismatch(a, b),
        _ => Compare(a, b) is { } order ? Holds(order) : Mismatch(a, b),
    };

    Resolved<bool> Contains(JsonElement whole, JsonElement part) => whole.ValueKind switch
    {
        JsonValueKind.Array => whole.EnumerateArray().Any(item => JsonElement.DeepEquals(item, part)),
        JsonValueKind.String when part.ValueKind is JsonValueKind.String =>
            whole.GetString()!.Contains(part.GetString()!, StringComparison.Ordinal),
        JsonValueKind.Object when part.ValueKind is JsonValueKind.String => whole.TryGetProperty(part.GetString()!, out _),
        _ => Mismatch(whole, part),
    };

    static bool BothTexts(JsonElement a, JsonElement b) => a.ValueKind is JsonValueKind.String && b.ValueKind is JsonValueKind.String;

    // Decimals as long as they fit, so that large amounts are compared exactly.
    static int? Compare(JsonElement a, JsonElement b)
    {
        if (BothTexts(a, b)) return string.CompareOrdinal(a.GetString(), b.GetString());
        if (a.ValueKind is not JsonValueKind.Number || b.ValueKind is not JsonValueKind.Number) return null;
        return a.TryGetDecimal(out var x) && b.TryGetDecimal(out var y) ? x.CompareTo(y) : a.GetDouble().CompareTo(b.GetDouble());
    }

    bool Holds(int order) => op switch
    {
        "gt" => order > 0,
        "gte" => order >= 0,
        "lt" => order < 0,
        _ => order <= 0,
    };

    Fault Mismatch(JsonElement a, JsonElement b) => new(
        FaultCodes.ConditionTypeMismatch, $"'{op}' cannot be asked of {Kind(a)} and {Kind(b)}.", path);

    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        _ => "a string",
    };
}
