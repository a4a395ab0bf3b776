using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>A node as written, its own fields checked, its place in the graph not yet. A bad field is told and stands at its
/// default, so that everything after it can be told too.</summary>
sealed partial record NodeDraft(
    string Id, string Path, string Kind, JsonElement Payload, ImmutableArray<string> Children, ImmutableArray<string> Body, Branch Branch, Policy Policy)
{
    static readonly JsonElement Empty = JsonElement.Parse("{}"u8);

    static readonly string[] Names = ["type", "payload", "children", "branch", "loopBody", "name", "title", "description"];

    public string Owner => $"Node {Said.Quote(Id)}";

    /// <summary>What it leads to: its children, and where its body begins.</summary>
    public ImmutableArray<string> Next => Body.IsEmpty ? Children : [.. Children, .. Body];

    public static NodeDraft? Read(string id, JsonElement element, string path, FaultList faults)
    {
        var owner = $"Node {Said.Quote(id)}";
        if (!WellFormedId().IsMatch(id))
            faults.Add(
                FaultCodes.DefinitionBadNodeId,
                $"{owner}: an id is 1 to 64 letters, digits, '_' or '-', and begins with a letter or '_'.",
                path);
        if (element.ValueKind is not JsonValueKind.Object)
        {
            faults.Add(FaultCodes.DefinitionBadShape, $"{owner} must be an object.", path);
            return null;
        }

        var fields = new Fields(element, owner, path, FaultCodes.DefinitionBadShape, faults);
        TellUnknown(fields);
        var payload = fields.Inner("payload")?.Element ?? Empty;
        var payloadFields = new Fields(payload, owner, Said.Under(path, "payload"), FaultCodes.DefinitionBadPayload, faults);
        var kind = ReadKind(fields);
        var body = ReadIds(fields, "loopBody");
        // The shape is shared with definitions from elsewhere, which write an empty one; one with nodes in it would be lost silently.
        if (kind is not KindCatalog.ForEach && !body.IsEmpty)
            fields.Refuse("loopBody", "is taken by the type 'for-each' alone; it must be empty or absent");
        return new NodeDraft(
            id, path, kind, payload, ReadIds(fields, "children"), kind is KindCatalog.ForEach ? body : [], ReadBranch(fields), Policy.Read(payloadFields));
    }

    static void TellUnknown(Fields fields)
    {
        foreach (var name in fields.Beyond(Names))
        {
            var at = Said.Under(fields.Path, name);
            if (Policy.Names.Contains(name))
                fields.Faults.Add(FaultCodes.DefinitionMisplacedField, $"{fields.Owner}: '{name}' belongs into the payload.", at);
            else
                fields.Faults.Warn(
                    FaultCodes.DefinitionUnknownField, $"{fields.Owner} has a field {Said.Quote(name)} that means nothing here.", at);
        }
    }

    static string ReadKind(Fields fields)
    {
        if (fields.Find("type") is null) fields.Refuse("type", "is missing; it names the kind of the node");
        return fields.Text("type") ?? "";
    }

    static ImmutableArray<string> ReadIds(Fields fields, string name)
    {
        if (fields.Find(name) is not { } ids) return [];
        if (ids.ValueKind is JsonValueKind.Array && ids.EnumerateArray().All(c => c.ValueKind is JsonValueKind.String))
            return [.. ids.EnumerateArray().Select(c => c.GetString()!)];
        fields.Refuse(name, "must be an array of node ids");
        return [];
    }

    static Branch ReadBranch(Fields fields) => Branches.Of(fields.Choice("branch", Branches.Words));

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_-]{0,63}\z")]
    private static partial Regex WellFormedId();
}
