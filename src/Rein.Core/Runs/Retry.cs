using System.Collections.Immutable;
using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>Where a run goes on that repeats another.</summary>
public enum RetryFrom
{
    /// <summary>What failed, was stopped or was never reached, and everything below it.</summary>
    Failure,

    /// <summary>The same, and each of these steps is handed the last checkpoint it has saved.</summary>
    Checkpoint,

    /// <summary>Everything.</summary>
    Start,
}

/// <summary>Which steps of an ended run a retry takes over.</summary>
public static class Retry
{
    /// <summary>
    /// What succeeded. A failure that its node tolerates has let the run go on, and is what is left to retry only where nothing else has failed.
    /// The clean-up is each run's own, and what lies in the body of a loop is its loop's.
    /// </summary>
    public static ImmutableDictionary<string, Step> Keeps(Run ended, IEnumerable<Step> steps)
    {
        var outside = steps.Where(step => !StepId.IsIndexed(step.Id)).ToList();
        // Failures that the steps do not show were tolerated within loops.
        var isWithin = ended.State is RunState.Succeeded && ended.ToleratedFailures > outside.Count(step => step.State is StepState.Failed);
        return outside.Where(step => ended.Definition.TryGet(step.Id, out var node) && !node.IsFinally && IsKept(ended, step, node) && !(isWithin && MayTolerate(ended, node)))
            .ToImmutableDictionary(step => step.Id);
    }

    static bool MayTolerate(Run ended, Node node) =>
        node.IsLoop && ended.Definition.BodyOf(node.Id).Nodes.Values.Any(inner => inner.OnFailure is not OnFailure.Fail);

    static bool IsKept(Run ended, Step step, Node node) => step.State switch
    {
        StepState.Succeeded => !HasTolerated(step, node) || ended.State is not RunState.Succeeded,
        StepState.Failed => node.OnFailure is not OnFailure.Fail && ended.State is not RunState.Succeeded,
        _ => false,
    };

    /// <summary>A loop that went on over iterations that failed: it is done again as a whole.</summary>
    static bool HasTolerated(Step step, Node node) => node.IsLoop && LoopState.Of(step.Result) is { Failed: > 0 };
}
