using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What a payload may hold, per kind. The kinds known here refuse a field they do not know; the payload of a
/// registered kind is its handler's own business, beside <see cref="Policy"/>.</summary>
static class PayloadRules
{
    public const double LongestDelayMs = 31_536_000_000; // a year

    static readonly string[] ProcessNames = ["command", "environment", "workingDirectory", "stdin", "items", "allowDashArguments"];

    public static void Check(NodeDraft draft, FaultList faults)
    {
        var payload = new Fields(draft.Payload, draft.Owner, Said.Under(draft.Path, "payload"), FaultCodes.DefinitionBadPayload, faults);
        switch (draft.Kind)
        {
            case KindCatalog.Manual:
                payload.RefuseOthers(Policy.Names);
                break;
            case KindCatalog.Log:
                payload.RefuseOthers(["message", .. Policy.Names]);
                RequireText(payload, "message");
                break;
            case KindCatalog.Delay:
                payload.RefuseOthers(["delayMs", .. Policy.Names]);
                CheckDelay(payload);
                break;
            case KindCatalog.If:
                payload.RefuseOthers(["condition", .. Policy.Names]);
                Condition.Check(payload, "condition");
                break;
            case KindCatalog.ForEach:
                LoopRules.CheckLoop(payload);
                break;
            case KindCatalog.Filter:
                LoopRules.CheckFilter(payload);
                break;
            case KindCatalog.Wait:
                // What it waits for is said for whoever sends it; the engine needs none of it.
                payload.RefuseOthers(["timeoutMs", "triggerType", "triggerConfig", .. Policy.Names]);
                CheckMilliseconds(payload, "timeoutMs");
                break;
            case KindCatalog.Approval:
                ApprovalRules.Check(payload);
                break;
            case KindCatalog.Workflow:
                CallRules.Check(payload);
                break;
            case KindCatalog.Process:
                payload.RefuseOthers([.. ProcessNames, .. Policy.Names]);
                CheckProcess(payload);
                break;
            case KindCatalog.Http:
                HttpRules.Check(payload);
                break;
            case KindCatalog.Crawl:
                CrawlRules.Check(payload);
                break;
            case KindCatalog.Script:
                ScriptRules.Check(payload);
                break;
        }
    }

    public static void RequireText(Fields payload, string name)
    {
        if (payload.Find(name) is null) payload.Refuse(name, "is missing");
        else payload.Text(name);
    }

    static void CheckDelay(Fields payload)
    {
        if (payload.Find("delayMs") is null) payload.Refuse("delayMs", "is missing");
        else CheckMilliseconds(payload, "delayMs");
    }

    /// <summary>A number from nothing to a year, or an expression that becomes one.</summary>
    public static void CheckMilliseconds(Fields payload, string name)
    {
        if (!IsExpression(payload.Find(name))) payload.Number(name, 0, LongestDelayMs);
    }

    public static bool IsExpression(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.String } text && Template.HasExpression(text.GetString()!);

    static void CheckProcess(Fields payload)
    {
        if (payload.Find("command") is not { ValueKind: JsonValueKind.Array } command || command.GetArrayLength() == 0
            || command.EnumerateArray().Any(a => !IsCleanText(a)) || command[0].ValueEquals(""u8))
            payload.Refuse("command", "must be an array of strings: the program, then its arguments; no shell reads it");
        if (payload.Inner("environment") is { } environment)
        {
            foreach (var variable in environment.Element.EnumerateObject())
            {
                if (variable.Name.Length == 0 || variable.Name.AsSpan().ContainsAny('=', '\0') || !IsCleanText(variable.Value))
                    environment.Refuse(variable.Name, "must be a name without '=' and a string");
            }
        }

        if (payload.Find("workingDirectory") is { } folder && !IsCleanText(folder)) payload.Refuse("workingDirectory", "must be a string");
        payload.Text("stdin");
        payload.Choice("items", "none", "lines", "json-lines");
        payload.Flag("allowDashArguments");
    }

    // The system's calls end a text at a NUL: what stands behind it would be lost.
    static bool IsCleanText(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && !value.GetString()!.Contains('\0', StringComparison.Ordinal);

    /// <summary>What a slot of this node is for, by its path.</summary>
    public static Func<string, SlotUse> UseOfSlots(NodeDraft draft)
    {
        var payload = Said.Under(draft.Path, "payload");
        var program = $"{payload}/command/0";
        var dashes = draft.Payload.TryGetProperty("allowDashArguments", out var allowed) && allowed.ValueKind is JsonValueKind.True;
        ImmutableArray<string> texts = draft.Kind switch
        {
            KindCatalog.Log or KindCatalog.Approval => [$"{payload}/message"],
            KindCatalog.Workflow => [$"{payload}/workflow"],
            KindCatalog.Process => [$"{payload}/command/", $"{payload}/environment/", $"{payload}/workingDirectory", $"{payload}/stdin"],
            KindCatalog.Http => [$"{payload}/url", $"{payload}/headers/"],
            KindCatalog.Crawl => [$"{payload}/startUrls/", $"{payload}/fields/", $"{payload}/links", $"{payload}/userAgent"],
            _ => [],
        };
        var code = draft.Kind is KindCatalog.Script ? $"{payload}/{ScriptRules.Code}" : null;
        return path => path == code ? SlotUse.Verbatim
            : !texts.Any(t => path.StartsWith(t, StringComparison.Ordinal)) ? SlotUse.Value
            : !dashes && path != program && path.StartsWith(program[..^1], StringComparison.Ordinal) ? SlotUse.Argument
            : SlotUse.Text;
    }
}
