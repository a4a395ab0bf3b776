using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>A waiting step's time has come: a delay is over, or a try may be repeated.</summary>
public sealed record WakeStep(Guid Run, string Step) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.Steps.GetValueOrDefault(Step) is not { } step)
            return Answer.Unknown;
        if (step is not { State: StepState.Waiting, DueAt: { } due } || now < due)
            return Answer.NotNow;
        if (run.IsStopping && !run.IsCleaningUp)
            return Answer.Stopping;
        var transition = new Transition(run, now);
        transition.WakeDue(step);
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
