namespace Rein.Core.Definitions;

/// <summary>Depth first, without recursion: a chain of a thousand nodes is allowed.</summary>
sealed class CycleSearch(IReadOnlyDictionary<string, NodeDraft> drafts)
{
    readonly HashSet<string> done = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> placeOnPath = new(StringComparer.Ordinal);
    readonly List<(NodeDraft Node, int NextChild)> path = [];

    /// <summary>The first cycle, its first node repeated at the end; null when there is none.</summary>
    public IReadOnlyList<string>? Find() => drafts.Values.Select(FindFrom).FirstOrDefault(c => c is not null);

    IReadOnlyList<string>? FindFrom(NodeDraft start)
    {
        Enter(start);
        while (path.Count > 0)
        {
            var (node, next) = path[^1];
            if (next == node.Next.Length)
            {
                Leave(node);
                continue;
            }

            path[^1] = (node, next + 1);
            var child = node.Next[next];
            if (placeOnPath.TryGetValue(child, out var place)) return [.. path.Skip(place).Select(p => p.Node.Id), child];
            if (drafts.TryGetValue(child, out var draft)) Enter(draft);
        }

        return null;
    }

    void Enter(NodeDraft node)
    {
        if (done.Contains(node.Id)) return;
        placeOnPath[node.Id] = path.Count;
        path.Add((node, 0));
    }

    void Leave(NodeDraft node)
    {
        path.RemoveAt(path.Count - 1);
        placeOnPath.Remove(node.Id);
        done.Add(node.Id);
    }
}
