using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>From the canonical document to the definition: drafts, then the graph, then expressions. Every stage that can still
/// be asked is asked, so that one refusal tells all there is to mend.</summary>
sealed class DefinitionReader(JsonElement document, KindCatalog kinds, FaultList said)
{
    static readonly string[] Names = ["nodes", "inputSchema", "name", "title", "description"];

    readonly Dictionary<string, NodeDraft> drafts = new(StringComparer.Ordinal);

    public Parsed<Definition> Read()
    {
        if (!ReadDrafts()) return Parsed<Definition>.Refused(said);
        var schema = document.TryGetProperty("inputSchema", out var s) && s.ValueKind is not JsonValueKind.Null ? s : (JsonElement?)null;
        var inputs = InputSchema.Read(schema, said);
        var graph = Graph.Of(drafts);
        new GraphRules(drafts, graph, said).Check();
        foreach (var draft in drafts.Values) CheckKind(draft);
        var templates = drafts.Values.ToDictionary(d => d.Id, Compile, StringComparer.Ordinal);
        var references = new ReferenceRules(drafts, graph, inputs, said);
        foreach (var draft in drafts.Values) references.Check(draft, templates[draft.Id]);
        if (said.Any) return Parsed<Definition>.Refused(said);

        var nodes = drafts.Values.Where(d => graph.IsReachable(d.Id))
            .ToDictionary(d => d.Id, d => new Node(d, graph, templates[d.Id]), StringComparer.Ordinal);
        return Parsed<Definition>.Valid(new Definition(document, nodes, inputs), said);
    }

    bool ReadDrafts()
    {
        if (document.ValueKind is not JsonValueKind.Object || !document.TryGetProperty("nodes", out var nodes)
            || nodes.ValueKind is not JsonValueKind.Object)
        {
            said.Add(
                FaultCodes.DefinitionBadShape,
                "A definition is an object with an object 'nodes' in it: { \"nodes\": { \"root\": … } }.",
                "");
            return false;
        }

        foreach (var name in document.EnumerateObject().Select(m => m.Name).Except(Names, StringComparer.Ordinal))
            said.Warn(
                FaultCodes.DefinitionUnknownField,
                $"The definition has a field {Said.Quote(name)} that means nothing here.",
                Said.Under("", name));
        if (nodes.GetPropertyCount() > Definition.MaxNodes)
        {
            said.Add(FaultCodes.DefinitionTooLarge, $"The definition has more than {Definition.MaxNodes} nodes.", "/nodes");
            return false;
        }

        foreach (var member in nodes.EnumerateObject())
        {
            if (NodeDraft.Read(member.Name, member.Value, Said.Under("/nodes", member.Name), said) is { } draft) drafts[draft.Id] = draft;
        }

        return true;
    }

    void CheckKind(NodeDraft draft)
    {
        if (draft.Kind.Length > 0 && !kinds.Knows(draft.Kind))
            said.Add(
                FaultCodes.DefinitionUnknownKind,
                $"{draft.Owner} is of the unknown type {Said.Quote(draft.Kind)}; known are {string.Join(", ", kinds.All.Take(50))}.",
                Said.Under(draft.Path, "type"));
        PayloadRules.Check(draft, said);
    }

    PayloadTemplate Compile(NodeDraft draft) => PayloadTemplate.Compile(
        draft.Payload,
        Said.Under(draft.Path, "payload"),
        PayloadRules.UseOfSlots(draft),
        fault => said.Add(fault with { Message = $"{draft.Owner}: {fault.Message}" }));
}
