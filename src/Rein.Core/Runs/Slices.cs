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

    /// <summary>Every open step, and what any step decided next may read: answers that came in a pause are among it.</summary>
    public static Slice SliceOfAll(this Definition definition) =>
        Slice.OpenSteps.And(definition.SliceBelow(Definition.RootId)).And(new()
        {
            Results = [.. definition.Nodes.Values.Where(node => node.AwaitsAnswer).Select(node => node.Id)],
        });

    /// <summary>Every open step, and what the control kinds of the clean-up read: a stop may open it and decide them in the same commit.</summary>
    public static Slice SliceOfStop(this Definition definition) => definition.CleanUp.IsEmpty
        ? Slice.OpenSteps
        : Known.GetOrCreateValue(definition).GetOrAdd("", static (_, whole) => OfStop(whole), definition);

    static Slice OfStop(Definition definition)
    {
        var below = new HashSet<string>();
        CollectCleanUp(definition, below);
        return Slice.OpenSteps.And(Read(below.Select(id => definition.Nodes[id]).Where(node => node.IsControl)));
    }

    static Slice Below(Definition definition, string step)
    {
        if (!definition.Nodes.ContainsKey(step))
            return Slice.Of(step);
        var below = new HashSet<string>();
        Collect(definition, step, below);
        CollectCleanUp(definition, below);
        var read = Read(below.Select(id => definition.Nodes[id]).Where(node => node.IsControl).Append(definition.Nodes[step]));
        return read with
        {
            Steps = [step, .. below.Where(id => id != step && definition.Nodes[id].Parents.Length > 1)],
            // What an approval asked stands in its result, and its answer beside it.
            Results = definition.Nodes[step].AwaitsAnswer ? read.Results.Remove(step).Add(step) : read.Results.Remove(step),
        };
    }

    static Slice Read(IEnumerable<Node> nodes)
    {
        var reading = nodes.ToList();
        return new() { Results = [.. reading.SelectMany(node => node.References).Distinct()], Input = reading.Exists(node => node.NeedsInput) };
    }

    static void CollectCleanUp(Definition definition, HashSet<string> below)
    {
        foreach (var root in definition.CleanUp)
            if (below.Add(root.Id))
                Collect(definition, root.Id, below);
    }

    static void Collect(Definition definition, string step, HashSet<string> below)
    {
        foreach (var child in definition.Nodes[step].Children)
            if (below.Add(child))
                Collect(definition, child, below);
    }
}
