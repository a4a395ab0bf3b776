using Rein.Core.Definitions;
using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>The head's counters, counted again from the rows, without any of the code that keeps them.</summary>
static class Recount
{
    public static bool Matches(Rows rows)
    {
        var run = rows.Run;
        var steps = run.Steps.Values.ToList();
        var begun = rows.Attempts.Where(attempt => attempt.Outcome is not Outcome.NotStarted).ToList();
        var tolerated = steps.Count(step => FailedUnder(run, step, OnFailure.Continue) || FailedUnder(run, step, OnFailure.Branch));
        return run.Open == steps.Count(step => step.IsOpen) + (run is { IsBlocked: true, HasEnded: false } ? 1 : 0)
            && run.ActiveAttempts == steps.Count(step => step.State is StepState.Active)
            && run.Ready == steps.Count(step => step.State is StepState.Ready)
            && run.SucceededSteps == steps.Count(step => step.State is StepState.Succeeded)
            && run.FailedSteps == steps.Count(step => FailedUnder(run, step, OnFailure.Fail))
            && (run.ToleratedFailures == tolerated || (run.ToleratedFailures == tolerated + 1 && run is { HasEnded: true, CleanUpEndsAt: not null }))
            && run.HandedOut == begun.Count
            && run.Unproved == begun.Count(attempt => attempt is { IsOpen: false, Proof: null or { Residuals.Count: > 0 } })
            && run.Killed == rows.Attempts.Count(attempt => attempt.Proof?.Rung is Rung.Killed)
            && steps.TrueForAll(step => step.State is StepState.Active == step.Attempt is { IsOpen: true })
            && rows.Archived.All(entry => !entry.Attempt.IsOpen);
    }

    static bool FailedUnder(Run run, Step step, OnFailure policy) =>
        step.State is StepState.Failed && PolicyOf(run, run.Definition.NodeOf(step.Id)) == policy;

    /// <summary>What a loop tolerates, it tolerates of its body too.</summary>
    static OnFailure PolicyOf(Run run, Node node) =>
        node.Loop is { } loop && run.Definition.Nodes[loop].OnFailure is OnFailure.Continue ? OnFailure.Continue : node.OnFailure;

    public static IEnumerable<string> Offered(Run run) =>
        run.Steps.Values.Where(run.Offers).Select(step => step.Id);
}
