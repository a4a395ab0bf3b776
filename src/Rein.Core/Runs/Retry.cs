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
    /// The clean-up is each run's own.
    /// </summary>
    public static ImmutableDictionary<string, Step> Keeps(Run ended, IEnumerable<Step> steps) =>
        steps.Where(step => ended.Definition.TryGet(step.Id, out var node) && !node.IsFinally && IsKept(ended, step, node))
            .ToImmutableDictionary(step => step.Id);

    static bool IsKept(Run ended, Step step, Node node) => step.State switch
    {
        StepState.Succeeded => !HasTolerated(step, node) || ended.State is not RunState.Succeeded,
        StepState.Failed => node.OnFailure is OnFailure.Continue && ended.State is not RunState.Succeeded,
        _ => false,
    };

    /// <summary>A loop that went on over iterations that failed: it is done again as a whole.</summary>
    static bool HasTolerated(Step step, Node node) => node.IsLoop && LoopState.Of(step.Result) is { Failed: > 0 };
}
