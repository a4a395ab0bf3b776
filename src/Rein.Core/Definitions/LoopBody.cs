using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Rein.Core.Definitions;

/// <summary>What a <c>for-each</c> does with every item: the nodes that its <c>loopBody</c> leads to.</summary>
sealed class LoopBody
{
    public LoopBody(Node loop, IReadOnlyDictionary<string, Node> nodes)
    {
        Loop = loop;
        Nodes = nodes.Values.Where(node => node.Loop == loop.Id).ToFrozenDictionary(node => node.Id, StringComparer.Ordinal);
        Last = [.. Nodes.Values.Where(node => node.Children.IsEmpty).Select(node => node.Id).Order(StringComparer.Ordinal)];
    }

    public Node Loop { get; }

    public FrozenDictionary<string, Node> Nodes { get; }

    /// <summary>The nodes that lead nowhere. Each of them ends or is skipped once in every iteration, which is over when all have.</summary>
    public ImmutableArray<string> Last { get; }
}
