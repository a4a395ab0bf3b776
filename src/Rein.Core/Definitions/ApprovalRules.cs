using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;

namespace Rein.Core.Definitions;

/// <summary>
/// The payload of an <c>approval</c>: <c>message</c> (what is asked, for people), <c>approvers</c> (names of keys, 1 to 100, as they are written:
/// who may answer; absent: every key that may start runs) and <c>timeoutMs</c> (0 to a year; absent: it waits for ever).
/// </summary>
static class ApprovalRules
{
    const int MostApprovers = 100;

    public static void Check(Fields payload)
    {
        payload.RefuseOthers(["message", "approvers", "timeoutMs", .. Policy.Names]);
        PayloadRules.RequireText(payload, "message");
        PayloadRules.CheckMilliseconds(payload, "timeoutMs");
        if (payload.Find("approvers") is { } approvers && !AreNames(approvers))
            payload.Refuse("approvers", $"must be an array of 1 to {MostApprovers} names of keys, without expressions");
    }

    /// <returns>Empty where everybody may.</returns>
    public static ImmutableArray<string> Read(NodeDraft draft) =>
        draft.Payload.TryGetProperty("approvers", out var approvers) && AreNames(approvers)
            ? [.. approvers.EnumerateArray().Select(name => name.GetString()!)]
            : [];

    static bool AreNames(JsonElement approvers) =>
        approvers.ValueKind is JsonValueKind.Array && approvers.GetArrayLength() is > 0 and <= MostApprovers
        && approvers.EnumerateArray().All(name => name.ValueKind is JsonValueKind.String && IsName(name.GetString()!));

    static bool IsName(string name) => name.Length is > 0 and <= 200 && !Template.HasExpression(name);
}
