using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>
/// What a step in the body of a loop needs: of its own iteration, whatever its number; and of the run, what the next iterations read that begin when this one is
/// over. Never an iteration beside it, and nothing below the loop: that is decided when the loop ends.
/// </summary>
sealed record BodySlice(ImmutableArray<string> Steps, ImmutableArray<string> Results, Slice Around)
{
    public static BodySlice Of(Definition definition, Node node)
    {
        var body = definition.BodyOf(node.Loop!);
        var below = new HashSet<string>();
        Slices.Collect(definition, node.Id, below);
        var own = Slices.Read(below.Select(id => definition.Nodes[id]).Where(other => other.IsControl).Append(node));
        var next = Slices.Read(body.Nodes.Values.Where(other => other.IsControl).Append(node));
        var around = new Slice
        {
            Results = [.. next.Results.Where(id => !body.Nodes.ContainsKey(id)).Append(body.Loop.Id)],
            Input = next.Input,
            Loops = [body.Loop.Id],
        };
        return new(
            [node.Id, .. below.Where(id => definition.Nodes[id].Parents.Length > 1)],
            [body.Loop.Id, .. own.Results.Where(body.Nodes.ContainsKey), .. node.AwaitsAnswer ? [node.Id] : Array.Empty<string>()],
            around);
    }

    public Slice At(int? index) => Around with
    {
        Steps = [.. Steps.Select(node => StepId.Of(node, index))],
        Results = Around.Results.AddRange(Results.Select(node => StepId.Of(node, index))),
    };
}
