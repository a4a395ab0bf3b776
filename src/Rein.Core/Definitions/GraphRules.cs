using System.Collections.Immutable;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What must hold between the nodes. <see cref="Check"/> tells all that does not.</summary>
sealed class GraphRules(IReadOnlyDictionary<string, NodeDraft> drafts, Graph graph, FaultList faults)
{
    public void Check()
    {
        CheckRoot();
        foreach (var draft in drafts.Values)
        {
            CheckChildren(draft);
            CheckBranch(draft);
            CheckFailureBranch(draft);
            CheckFinally(draft);
            CheckBody(draft);
            if (!graph.IsReachable(draft.Id))
                faults.Warn(
                    FaultCodes.DefinitionUnreachableNode, $"{draft.Owner} can never run: no path leads to it from root.", draft.Path);
        }

        if (new CycleSearch(drafts).Find() is { } cycle)
            faults.Add(
                FaultCodes.DefinitionCycle,
                $"These nodes wait for each other: {string.Join(" -> ", cycle)}.", Said.Under("/nodes", cycle[0]));
    }

    void CheckRoot()
    {
        if (!drafts.TryGetValue(Definition.RootId, out var root) || root.Kind is not KindCatalog.Manual)
            faults.Add(FaultCodes.DefinitionNoRoot, "A definition needs a node 'root' of type 'manual', where its runs begin.", "/nodes");
        foreach (var second in drafts.Values.Where(d => d.Kind is KindCatalog.Manual && d.Id is not Definition.RootId))
            faults.Add(
                FaultCodes.DefinitionSecondRoot,
                $"{second.Owner} is of type 'manual', which only 'root' can be.",
                Said.Under(second.Path, "type"));
        foreach (var parent in drafts.Values.Where(d => d.Next.Contains(Definition.RootId)))
            faults.Add(
                FaultCodes.DefinitionRootHasParents,
                $"{parent.Owner} has 'root' as its child; nothing comes before 'root'.",
                Said.Under(parent.Path, "children"));
    }

    void CheckChildren(NodeDraft draft)
    {
        CheckIds(draft, "children", draft.Children);
        CheckIds(draft, "loopBody", draft.Body);
    }

    void CheckIds(NodeDraft draft, string field, ImmutableArray<string> ids)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var path = Said.Under(draft.Path, field);
        for (var i = 0; i < ids.Length; i++)
        {
            var child = ids[i];
            if (!drafts.ContainsKey(child))
                faults.Add(
                    FaultCodes.DefinitionUnknownChild,
                    $"{draft.Owner} has a child {Said.Quote(child)} that is not among the nodes.",
                    Said.Under(path, i));
            if (!seen.Add(child))
                faults.Add(
                    FaultCodes.DefinitionDuplicateChild, $"{draft.Owner} names its child {Said.Quote(child)} twice.", Said.Under(path, i));
        }
    }

    void CheckBranch(NodeDraft draft)
    {
        if (draft.Branch.Owner() is not { } owner) return;
        if (graph.ParentsOf(draft.Id).Any(p => drafts[p].Kind == owner) || !graph.IsReachable(draft.Id)) return;
        faults.Add(
            FaultCodes.DefinitionBadBranch,
            $"{draft.Owner} has the branch '{draft.Branch.Word()}', but none of its parents is of type '{owner}'.",
            Said.Under(draft.Path, "branch"));
    }

    /// <summary>The branch and the policy belong together: one without the other would never be taken, or lead nowhere.</summary>
    void CheckFailureBranch(NodeDraft draft)
    {
        if (draft.Branch is Branch.Failed && graph.IsReachable(draft.Id) && !graph.ParentsOf(draft.Id).Any(parent => drafts[parent].Policy.OnFailure is OnFailure.Branch))
            faults.Add(
                FaultCodes.DefinitionBadBranch,
                $"{draft.Owner} has the branch 'failed', but none of its parents has 'onFailure': 'branch'.",
                Said.Under(draft.Path, "branch"));
        if (draft.Policy.OnFailure is OnFailure.Branch && !draft.Children.Any(child => drafts.TryGetValue(child, out var next) && next.Branch is Branch.Failed))
            faults.Add(
                FaultCodes.DefinitionBadBranch,
                $"{draft.Owner} has 'onFailure': 'branch', but none of its children has the branch 'failed'.",
                Said.Under(draft.Path, "children"));
    }

    void CheckFinally(NodeDraft draft)
    {
        var marked = draft.Policy.IsFinally;
        var problem = (graph.IsMain(draft.Id), graph.IsFinally(draft.Id)) switch
        {
            (true, true) => "is below 'root' and below a clean-up node; it can only be one of them",
            (true, false) when marked =>
                "is marked 'finally' but lies below 'root'; a clean-up node has no parents, or clean-up nodes only",
            (false, true) when draft.Kind is KindCatalog.Workflow => "is part of the clean-up, which starts no runs",
            (false, true) when draft.Kind is KindCatalog.ForEach => "is part of the clean-up, which has no loops",
            (false, false) when marked => "is marked 'finally' but has a parent that is no clean-up node",
            _ => null,
        };
        if (problem is not null) faults.Add(FaultCodes.DefinitionBadFinally, $"{draft.Owner} {problem}.", draft.Path);
    }

    /// <summary>A body is closed: what is in it is reached through its loop alone, and leads nowhere else.</summary>
    void CheckBody(NodeDraft draft)
    {
        if (draft.Kind is KindCatalog.ForEach && draft.Body.IsEmpty)
            Refuse(draft, "has no 'loopBody': the ids of the nodes with which every iteration begins");
        foreach (var entry in draft.Body.Where(drafts.ContainsKey))
            if (graph.ParentsOf(entry) is [var parent, ..])
                Refuse(draft, $"begins its body with {Said.Quote(entry)}, which is a child of {Said.Quote(parent)} too");
        if (graph.LoopsOf(draft.Id) is not [var loop, ..] loops)
            return;
        if (loops.Length > 1)
            Refuse(draft, $"is in the bodies of {Said.Quote(loops[0])} and {Said.Quote(loops[1])}; it can only be in one");
        else if (graph.ParentsOf(draft.Id).FirstOrDefault(parent => !graph.LoopsOf(parent).Contains(loop)) is { } stranger)
            Refuse(draft, $"is in the body of {Said.Quote(loop)} and a child of {Said.Quote(stranger)}, which is not");
        if (draft.Kind is KindCatalog.ForEach or KindCatalog.Workflow)
            Refuse(draft, $"is in the body of {Said.Quote(loop)}, where no node can be of the type '{draft.Kind}'");
    }

    void Refuse(NodeDraft draft, string problem) => faults.Add(FaultCodes.DefinitionBadLoop, $"{draft.Owner} {problem}.", draft.Path);
}
