using System.Collections.Immutable;

namespace Rein.Core.Definitions;

/// <summary>Who comes before whom, among the nodes that can be reached. Built only of drafts whose edges are sound.</summary>
sealed class Graph
{
    readonly HashSet<string> main;
    readonly HashSet<string> cleanUp;
    readonly Dictionary<string, List<string>> parents;
    readonly Dictionary<string, HashSet<string>> ancestors = new(StringComparer.Ordinal);

    Graph(HashSet<string> main, HashSet<string> cleanUp, Dictionary<string, List<string>> parents)
    {
        this.main = main;
        this.cleanUp = cleanUp;
        this.parents = parents;
    }

    public static Graph Of(IReadOnlyDictionary<string, NodeDraft> drafts)
    {
        var withParents = drafts.Values.SelectMany(d => d.Children).ToHashSet(StringComparer.Ordinal);
        var main = Below(drafts, drafts.ContainsKey(Definition.RootId) ? [Definition.RootId] : []);
        var cleanUp = Below(drafts, drafts.Values.Where(d => d.Policy.IsFinally && !withParents.Contains(d.Id)).Select(d => d.Id));
        var parents = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var draft in drafts.Values.Where(d => main.Contains(d.Id) || cleanUp.Contains(d.Id)))
        {
            foreach (var child in draft.Children)
            {
                if (!parents.TryGetValue(child, out var list)) parents[child] = list = [];
                list.Add(draft.Id);
            }
        }

        return new Graph(main, cleanUp, parents);
    }

    static HashSet<string> Below(IReadOnlyDictionary<string, NodeDraft> drafts, IEnumerable<string> entries)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(entries);
        while (open.TryPop(out var id))
        {
            if (!drafts.TryGetValue(id, out var draft) || !seen.Add(id)) continue;
            foreach (var child in draft.Children) open.Push(child);
        }

        return seen;
    }

    public bool IsMain(string id) => main.Contains(id);

    public bool IsFinally(string id) => cleanUp.Contains(id);

    public bool IsReachable(string id) => IsMain(id) || IsFinally(id);

    public ImmutableArray<string> ParentsOf(string id) => parents.TryGetValue(id, out var list) ? [.. list] : [];

    /// <summary>Has <paramref name="other"/> surely ended when <paramref name="id"/> begins? Clean-up begins when all else has ended.</summary>
    public bool ComesBefore(string other, string id) => AncestorsOf(id).Contains(other) || (IsFinally(id) && IsMain(other));

    // Walked for the nodes that refer to others only, and remembered per node.
    HashSet<string> AncestorsOf(string id)
    {
        if (ancestors.TryGetValue(id, out var known)) return known;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(ParentsOf(id));
        while (open.TryPop(out var above))
        {
            if (!seen.Add(above)) continue;
            foreach (var parent in ParentsOf(above)) open.Push(parent);
        }

        return ancestors[id] = seen;
    }
}
