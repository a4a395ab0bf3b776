using System.Collections.Immutable;
using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>
/// A run that repeats another takes over what need not be done again. Nothing is decided on the way: what is left is ready afterwards, and is taken up with
/// the run's beginning. So a step below one that is done again is done again too, whatever came of it before.
/// </summary>
sealed partial class Transition
{
    ImmutableDictionary<string, Step> kept = ImmutableDictionary<string, Step>.Empty;

    /// <param name="steps">What the other run has of its steps, and this one takes over wherever it gets there.</param>
    public void Recall(ImmutableDictionary<string, Step> steps)
    {
        kept = steps;
        Set(run => run with { IsBlocked = true });
        EnableChildrenOf(Definition.RootId);
        Set(run => run with { IsBlocked = false });
        kept = kept.Clear();
    }

    /// <summary>It has ended here as it has there; nobody executed it for this run, which has not begun by that.</summary>
    void Keep(Step step, Step there)
    {
        var hasBegun = Run.HasBegun;
        Put(step with { State = there.State, Result = there.Result, Error = there.Error });
        Set(run => run with { HasBegun = hasBegun, Error = run.Error ?? there.Error });
        Add(new RunEvent(RunEventKind.StepKept) { Step = step.Id });
        // A failure that is tolerated has taken none of the branches, whatever was answered; but its own, where it has one.
        var node = Run.Definition.Nodes[step.Id];
        EnableChildrenOf(step.Id, there.State switch
        {
            StepState.Succeeded when node.HasBranches => StepAnswer.Of(there.Result).Branch,
            StepState.Failed when node.OnFailure is OnFailure.Branch => Branch.Failed,
            _ => Branch.Always,
        });
    }
}
