using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What an expression may point at: a node that has surely ended, an input that is declared.</summary>
sealed class ReferenceRules(IReadOnlyDictionary<string, NodeDraft> drafts, Graph graph, InputSchema inputs, FaultList faults)
{
    public void Check(NodeDraft draft, PayloadTemplate template)
    {
        foreach (var slot in template.Slots)
        {
            foreach (var path in slot.Template.Paths)
            {
                if (Problem(draft, slot, path) is var (code, problem))
                    faults.Add(code, $"{draft.Owner}: {Said.Quote(path.Text)} {problem}.", slot.Path);
            }
        }
    }

    (string Code, string Problem)? Problem(NodeDraft draft, Slot slot, PathTerm path) => path.Source switch
    {
        Source.Secret when KindCatalog.IsControl(draft.Kind) =>
            (FaultCodes.ExpressionMisplacedSecret, $"cannot be read by the type {Said.Quote(draft.Kind)}: a secret goes to a worker, and what is decided here is written down"),
        Source.Secret when Node.SignalOf(path.Name) is { } waiting && !(drafts.TryGetValue(waiting, out var found) && found.Kind is KindCatalog.Wait) =>
            (FaultCodes.ExpressionUnknownNode, "names no node of type 'wait'"),
        Source.Secret when Node.SignalOf(path.Name) is { } waiting && !graph.LoopsOf(waiting).IsEmpty =>
            (FaultCodes.ExpressionUnknownNode, "names a node in the body of a loop, of which there are many steps"),
        Source.Item or Source.Index when graph.LoopsOf(draft.Id).IsEmpty && !LoopRules.IsWhere(draft, slot.Path) =>
            (FaultCodes.ExpressionMisplacedItem, "is known in the body of a 'for-each' and in the 'where' of a 'filter' alone"),
        Source.Input when path.Steps is [{ Member: { } key }, ..] && !inputs.Fields.IsEmpty && !inputs.Declares(key) =>
            (FaultCodes.ExpressionUnknownInput, "is not declared in inputSchema"),
        Source.Result when !drafts.ContainsKey(path.Name) =>
            (FaultCodes.ExpressionUnknownNode, "names a node that does not exist"),
        Source.Result when graph.LoopsOf(path.Name) is [var loop, ..] && !graph.LoopsOf(draft.Id).Contains(loop) =>
            (FaultCodes.ExpressionNotAnAncestor,
             $"cannot be known here: {Said.Quote(path.Name)} is in the body of {Said.Quote(loop)}, whose result holds what its iterations came to"),
        Source.Result when graph.IsReachable(draft.Id) && !graph.ComesBefore(path.Name, draft.Id) =>
            (FaultCodes.ExpressionNotAnAncestor,
             $"cannot be known here: no path leads from {Said.Quote(path.Name)} to {Said.Quote(draft.Id)}"),
        _ => null,
    };
}
