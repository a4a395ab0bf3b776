using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>Which rows a decision about a step can touch, worked out once per definition.</summary>
static class Slices
{
    static readonly ConditionalWeakTable<Definition, ConcurrentDictionary<string, Slice>> Known = [];
    static readonly ConditionalWeakTable<Definition, ConcurrentDictionary<string, BodySlice>> KnownBodies = [];

    /// <summary>
    /// A step that moves: itself and what it reads, the joins that its end reaches first, and what the steps decided on the way there read. What lies behind them is needed
    /// seldom, and asked for then (<see cref="Decision.Lack"/>): so a step of a large graph needs no more than one of a small one. In the body of a loop: all of its
    /// own iteration, and what the next ones need.
    /// </summary>
    public static Slice SliceBelow(this Definition definition, string step) => StepId.IsIndexed(step)
        ? OfIteration(definition, StepId.Parse(step))
        : Known.GetOrCreateValue(definition).GetOrAdd(step, static (id, whole) => Below(whole, id), definition);

    /// <summary>Every open step, and what any step decided next may read: answers that came in a pause are among it.</summary>
    public static Slice SliceOfAll(this Definition definition) =>
        Known.GetOrCreateValue(definition).GetOrAdd("*", static (_, whole) => OfAll(whole), definition);

    static Slice OfAll(Definition definition) =>
        Slice.OpenSteps.And(definition.SliceBelow(Definition.RootId)).And(new()
        {
            Results = [.. definition.Nodes.Values.Where(node => node.AwaitsAnswer && node.Loop is null).Select(node => node.Id), .. definition.Bodies.Select(body => body.Loop.Id)],
        });

    static Slice Below(Definition definition, string step)
    {
        if (!definition.Nodes.TryGetValue(step, out var node))
            return Slice.Of(step);
        var below = new HashSet<string>();
        CollectNear(definition, node, below);
        var read = Read(below.Select(id => definition.Nodes[id]).Where(other => other is { IsControl: true, Parents.Length: < 2 }).Concat(node.IsLoop ? [] : [node]));
        return read with
        {
            Steps = [step, .. below.Where(id => id != step && definition.Nodes[id] is { Loop: null, Parents.Length: > 1 })],
            // What an approval asked stands in its result, and its answer beside it; how far a loop is stands in its own.
            Results =
            [
                .. read.Results.Where(id => id != step && definition.Nodes[id].Loop is null),
                .. node.AwaitsAnswer || node.IsLoop ? [step] : Array.Empty<string>(),
            ],
            Loops = node.IsLoop ? [step] : [],
            Gathers = node.IsLoop ? [new(step, definition.BodyOf(step).Last)] : [],
        };
    }

    static Slice OfIteration(Definition definition, StepId step) =>
        definition.Nodes.TryGetValue(step.Node, out var node) && node.Loop is not null
            ? KnownBodies.GetOrCreateValue(definition).GetOrAdd(step.Node, static (id, whole) => BodySlice.Of(whole, whole.Nodes[id]), definition).At(step.Index)
            : Slice.Of(StepId.Of(step.Node, step.Index));

    internal static Slice Read(IEnumerable<Node> nodes)
    {
        var reading = nodes.ToList();
        return new() { Results = [.. reading.SelectMany(node => node.References).Distinct()], Input = reading.Exists(node => node.NeedsInput) };
    }

    /// <summary>Up to the joins and to what is handed out. The body of a loop that is enabled begins in the same decision, and all of it is read.</summary>
    static void CollectNear(Definition definition, Node node, HashSet<string> below)
    {
        foreach (var child in node.Children.Select(id => definition.Nodes[id]))
            if (below.Add(child.Id) && child is { IsControl: true, Parents.Length: < 2 })
                CollectNear(definition, child, below);
        foreach (var first in node.Body)
            if (below.Add(first))
                Collect(definition, first, below);
    }

    /// <summary>The body of a loop that is enabled begins in the same decision.</summary>
    internal static void Collect(Definition definition, string step, HashSet<string> below)
    {
        foreach (var child in definition.Nodes[step].Children.Concat(definition.Nodes[step].Body))
            if (below.Add(child))
                Collect(definition, child, below);
    }
}
