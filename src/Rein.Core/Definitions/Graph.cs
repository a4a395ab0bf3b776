using System.Collections;
using System.Collections.Immutable;

namespace Rein.Core.Definitions;

/// <summary>Who comes before whom, among the nodes that can be reached. Built only of drafts whose edges are sound.</summary>
sealed class Graph
{
    readonly HashSet<string> main;
    readonly HashSet<string> cleanUp;
    readonly Dictionary<string, ImmutableArray<string>> parents;
    readonly Dictionary<string, int> places;
    readonly Dictionary<string, ImmutableArray<string>> loops;
    readonly Dictionary<string, BitArray> ancestors = new(StringComparer.Ordinal);

    Graph(HashSet<string> main, HashSet<string> cleanUp, Dictionary<string, ImmutableArray<string>> parents, Dictionary<string, ImmutableArray<string>> loops)
    {
        this.loops = loops;
        this.main = main;
        this.cleanUp = cleanUp;
        this.parents = parents;
        places = main.Union(cleanUp).Select((id, place) => (id, place)).ToDictionary(p => p.id, p => p.place, StringComparer.Ordinal);
    }

    public static Graph Of(IReadOnlyDictionary<string, NodeDraft> drafts)
    {
        var withParents = drafts.Values.SelectMany(d => d.Next).ToHashSet(StringComparer.Ordinal);
        var main = Below(drafts, drafts.ContainsKey(Definition.RootId) ? [Definition.RootId] : []);
        var cleanUp = Below(drafts, drafts.Values.Where(d => d.Policy.IsFinally && !withParents.Contains(d.Id)).Select(d => d.Id));
        var parents = drafts.Values.Where(d => main.Contains(d.Id) || cleanUp.Contains(d.Id))
            .SelectMany(d => d.Children.Select(child => (child, parent: d.Id)))
            .GroupBy(edge => edge.child, edge => edge.parent, StringComparer.Ordinal)
            .ToDictionary(edges => edges.Key, edges => edges.ToImmutableArray(), StringComparer.Ordinal);
        return new Graph(main, cleanUp, parents, Bodies(drafts));
    }

    /// <summary>By node: the loops in whose bodies it is, which is one at most where the definition is sound.</summary>
    static Dictionary<string, ImmutableArray<string>> Bodies(IReadOnlyDictionary<string, NodeDraft> drafts) => drafts.Values
        .Where(d => !d.Body.IsEmpty)
        .SelectMany(d => Below(drafts, d.Body), (loop, id) => (id, loop: loop.Id))
        .GroupBy(pair => pair.id, pair => pair.loop, StringComparer.Ordinal)
        .ToDictionary(pairs => pairs.Key, pairs => pairs.Order(StringComparer.Ordinal).ToImmutableArray(), StringComparer.Ordinal);

    static HashSet<string> Below(IReadOnlyDictionary<string, NodeDraft> drafts, IEnumerable<string> entries)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(entries);
        while (open.TryPop(out var id))
        {
            if (!drafts.TryGetValue(id, out var draft) || !seen.Add(id)) continue;
            foreach (var child in draft.Next) open.Push(child);
        }

        return seen;
    }

    public bool IsMain(string id) => main.Contains(id);

    public bool IsFinally(string id) => cleanUp.Contains(id);

    public bool IsReachable(string id) => IsMain(id) || IsFinally(id);

    public ImmutableArray<string> ParentsOf(string id) => parents.GetValueOrDefault(id, []);

    /// <summary>The loops in whose bodies it is: one at most.</summary>
    public ImmutableArray<string> LoopsOf(string id) => loops.GetValueOrDefault(id, []);

    /// <summary>Has <paramref name="other"/> surely ended when <paramref name="id"/> begins?</summary>
    public bool ComesBefore(string other, string id) =>
        // Clean-up begins when all else has ended. What a body came to is known as the result of its loop alone.
        LoopsOf(other).All(LoopsOf(id).Contains)
        && ((places.TryGetValue(other, out var place) && AncestorsOf(id)[place]) || (IsFinally(id) && IsMain(other)));

    // A bit per node, each set made once from those of the parents: a thousand nodes may have a quarter of a million edges.
    BitArray AncestorsOf(string id)
    {
        if (ancestors.TryGetValue(id, out var known)) return known;
        var above = ancestors[id] = new BitArray(places.Count); // kept before it is full, so that a cycle ends here
        foreach (var parent in ParentsOf(id))
        {
            above[places[parent]] = true;
            above.Or(AncestorsOf(parent));
        }

        // A body begins when its loop does, and not when that has ended.
        foreach (var loop in LoopsOf(id)) above.Or(AncestorsOf(loop));

        return above;
    }
}
