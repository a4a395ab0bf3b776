using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>Which rows a decision about a step can touch, worked out once per definition.</summary>
static class Slices
{
    static readonly ConditionalWeakTable<Definition, ConcurrentDictionary<string, Slice>> Known = [];

    /// <summary>A step that moves: itself and what it reads, the joins its end may reach, and what the steps decided on the way read.</summary>
    public static Slice SliceBelow(this Definition definition, string step) =>
        Known.GetOrCreateValue(definition).GetOrAdd(step, static (id, whole) => Below(whole, id), definition);

    /// <summary>Every open step, and what any step decided next may read.</summary>
    public static Slice SliceOfAll(this Definition definition) =>
        Slice.OpenSteps.And(definition.SliceBelow(Definition.RootId)) with { AllOpen = true };

    static Slice Below(Definition definition, string step)
    {
        if (!definition.Nodes.ContainsKey(step))
            return Slice.Of(step);
        var below = new HashSet<string>();
        Collect(definition, step, below);
        foreach (var root in definition.CleanUp)
            if (below.Add(root.Id))
                Collect(definition, root.Id, below);
        var reading = below.Select(id => definition.Nodes[id]).Where(node => node.IsControl).Append(definition.Nodes[step]).ToList();
        return new()
        {
            Steps = [step, .. below.Where(id => id != step && definition.Nodes[id].Parents.Length > 1)],
            Results = [.. reading.SelectMany(node => node.References).Where(id => id != step).Distinct()],
            Input = reading.Any(node => node.NeedsInput),
        };
    }

    static void Collect(Definition definition, string step, HashSet<string> below)
    {
        foreach (var child in definition.Nodes[step].Children)
            if (below.Add(child))
                Collect(definition, child, below);
    }
}
