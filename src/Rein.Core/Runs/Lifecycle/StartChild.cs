using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// A run starts another. It is a change of the parent, in the parent's transaction: a child that comes after the parent's wish or end
/// is refused by the same lock that recorded it.
/// </summary>
public sealed record StartChild(Guid Run, StartRun Child) : ICommand
{
    public Slice Slice(Definition definition) => Child.ParentStep is { } step ? Lifecycle.Slice.Of(step) : Lifecycle.Slice.Head;

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.IsStopping || run.IsCleaningUp)
            return Answer.Stopping;
        if (run.Pause is not null || run.IsBlocked)
            return Answer.NotNow;
        if (Child.ParentStep is { } id && run.Steps.GetValueOrDefault(id) is not { IsOpen: true })
            return Answer.Unknown;
        var transition = new Transition(run, now);
        transition.Set(parent => parent with { Children = parent.Children + 1 });
        transition.Add(new RunEvent(RunEventKind.ChildStarted) { Step = Child.ParentStep });
        transition.Add(new StartsChild(Child with { Parent = Run }));
        Await(transition);
        return transition.Seal(Answer.Done);
    }

    void Await(Transition transition)
    {
        if (Child.ParentStep is { } id && transition.Run.Steps[id] is { State: StepState.Ready or StepState.Waiting } step)
            transition.Put(step with { State = StepState.Waiting, Child = Child.Run, DueAt = null });
    }
}
