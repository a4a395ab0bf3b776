using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>The run that a step asks for cannot be started, and why: the step fails.</summary>
public sealed record RefuseChild(Guid Run, string Step, string Error) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (!run.Definition.TryGet(Step, out var node) || !node.IsCall || run.Steps.GetValueOrDefault(Step) is not { } step)
            return Answer.Unknown;
        if (run.IsStopping)
            return Answer.Stopping;
        if (!step.AwaitsStart)
            return Answer.AlreadyDone;
        if (run.Pause is not null)
            return Answer.NotNow;
        var transition = new Transition(run, now);
        transition.Fail(step, Error);
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
