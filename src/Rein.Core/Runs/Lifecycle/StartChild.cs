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
        if (Child.ParentStep is { } id && Refuse(run.Steps.GetValueOrDefault(id)) is { } answer)
            return answer;
        var transition = new Transition(run, now);
        transition.Set(parent => parent with { Children = parent.Children + 1, HasBegun = true });
        transition.Add(new RunEvent(RunEventKind.ChildStarted) { Step = Child.ParentStep });
        transition.Add(new StartsChild(Child with { Parent = Run }));
        Await(transition);
        return transition.Seal(Answer.Done);
    }

    /// <summary>A step awaits one child; one that waits for a time, or for its other parents, does not start any.</summary>
    Answer? Refuse(Step? step) => step switch
    {
        not { IsOpen: true } => Answer.Unknown,
        { Child: { } awaited } => awaited == Child.Run ? Answer.AlreadyDone : Answer.NotNow,
        { State: StepState.Ready or StepState.Active } => null,
        _ => Answer.NotNow,
    };

    void Await(Transition transition)
    {
        if (Child.ParentStep is { } id && transition.Run.Steps[id] is { State: StepState.Ready } step)
            transition.Put(step with { State = StepState.Waiting, Child = Child.Run });
    }
}
