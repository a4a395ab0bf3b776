using Rein.Core.Definitions;
using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>What must hold of the loops of a run, counted from its rows.</summary>
static class LoopChecks
{
    public static readonly (string Rule, Func<Decided, bool> Holds)[] Rules =
    [
        ("no iteration begins under a wish", d => d.From.Stop is null || Loops(d.To).All(loop => Iterations(d.To, loop).Count == Iterations(d.From, loop).Count)),
        ("a loop ends behind its last iteration", d => Loops(d.To).All(loop => EndsLast(d.To, loop))),
        ("a loop counts every iteration once", d => Loops(d.To).All(loop => CountsOnce(d.To, loop))),
        ("a loop begins its iterations in order, and no more at once than its width", d => Loops(d.To).All(loop => KeepsWidth(d.To, loop))),
        ("an iteration is open as long as anything of it is", d => Loops(d.To).All(loop => Iterations(d.To, loop).All(iteration => iteration.IsOpen || !IsUnderWay(d.To, loop, iteration)))),
        ("an iteration that is over stays as it was", d => Loops(d.From).SelectMany(loop => Iterations(d.From, loop)).All(iteration => iteration.IsOpen || d.To.Steps[iteration.Id].State == iteration.State)),
        ("no item is left when the last iteration has begun", d => Loops(d.To).All(loop => LoopState.Of(d.To.Steps[loop.Id].Result) is not { } state || state.Begun < state.Total || d.To.Pages.IsEmpty)),
    ];

    static IEnumerable<Node> Loops(Run run) => run.Definition.HasLoops ? run.Definition.Nodes.Values.Where(node => node.IsLoop && run.Steps.ContainsKey(node.Id)) : [];

    static List<Step> Iterations(Run run, Node loop) => [.. run.Steps.Values.Where(step => StepId.Parse(step.Id) is { Index: not null } id && id.Node == loop.Id)];

    static bool IsUnderWay(Run run, Node loop, Step iteration) => run.Steps.Values.Any(step =>
        step.IsOpen && StepId.Parse(step.Id) is var id && id.Index == StepId.Parse(iteration.Id).Index && run.Definition.Nodes[id.Node].Loop == loop.Id)
        && !run.HasEnded && run.Stop is null;

    static bool CountsOnce(Run run, Node loop)
    {
        if (LoopState.Of(run.Steps[loop.Id].Result) is not { } state)
            return true;
        var iterations = Iterations(run, loop);
        return state.Begun == iterations.Count && state.Failed == iterations.Count(step => step.State is StepState.Failed)
            && state.Done == iterations.Count(step => step.State is StepState.Succeeded or StepState.Failed);
    }

    static bool KeepsWidth(Run run, Node loop)
    {
        var iterations = Iterations(run, loop);
        return iterations.Count(step => step.IsOpen) <= loop.Width && iterations.Select(step => StepId.Parse(step.Id).Index!.Value).Order().SequenceEqual(Enumerable.Range(0, iterations.Count));
    }

    static bool EndsLast(Run run, Node loop)
    {
        var (step, iterations) = (run.Steps[loop.Id], Iterations(run, loop));
        return step.State switch
        {
            StepState.Succeeded => LoopState.Of(step.Result) is { } state && iterations.Count == state.Total && iterations.TrueForAll(one => one.State is StepState.Succeeded or StepState.Failed),
            StepState.Failed => iterations.TrueForAll(one => !one.IsOpen),
            _ => true,
        };
    }
}
