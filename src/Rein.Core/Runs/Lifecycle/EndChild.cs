using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>The child that a step awaited has ended; the step ends with it.</summary>
public sealed record EndChild(Guid Run, string Step, Guid Child, RunState ChildState) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.Steps.GetValueOrDefault(Step) is not { } step || step.Child != Child)
            return Answer.Unknown;
        if (step.State is not StepState.Waiting)
            return Answer.AlreadyDone;
        if (run.IsStopping)
            return Answer.Stopping;
        var transition = new Transition(run, now);
        if (ChildState is RunState.Succeeded)
            transition.Succeed(step, result: null);
        else
            transition.Fail(step, $"the child run {Child} ended as {ChildState}");
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
