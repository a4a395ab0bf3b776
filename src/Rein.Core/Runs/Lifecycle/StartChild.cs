using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// A run starts another. It is a change of the parent, in the parent's transaction: a child that comes after the parent's wish or end
/// is refused by the same lock that recorded it.
/// </summary>
public sealed record StartChild(Guid Run, StartRun Child) : ICommand
{
    public Slice Slice(Definition definition) => Child switch
    {
        { ParentStep: null } => Lifecycle.Slice.Head,
        { ParentStep: { } step, IsDetached: true } => definition.SliceBelow(step),
        { ParentStep: { } step } => Lifecycle.Slice.Of(step),
    };

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.IsStopping || run.IsCleaningUp)
            return Answer.Stopping;
        if (run.Pause is not null || run.IsBlocked)
            return Answer.NotNow;
        if (Child.ParentStep is { } id && Refuse(run, run.Steps.GetValueOrDefault(id)) is { } answer)
            return answer;
        var transition = new Transition(run, now);
        transition.Set(parent => parent with { Children = parent.Children + 1, HasBegun = true });
        transition.Add(new RunEvent(RunEventKind.ChildStarted) { Step = Child.ParentStep });
        transition.Add(new StartsChild(Child with { Parent = Run, ParentStep = Child.IsDetached ? null : Child.ParentStep, Pool = Child.Pool ?? run.Pool }));
        Await(transition);
        transition.Settle();
        return transition.Seal(Answer.Done);
    }

    /// <summary>A step awaits one child; one that waits for a time, or for its other parents, does not start any.</summary>
    Answer? Refuse(Run run, Step? step) => step switch
    {
        { AwaitsStart: true } when run.Definition.TryGet(step.Id, out var node) && node.IsCall => null,
        not { IsOpen: true } => Answer.Unknown,
        { Child: { } awaited } => awaited == Child.Run ? Answer.AlreadyDone : Answer.NotNow,
        { State: StepState.Ready or StepState.Active } => null,
        _ => Answer.NotNow,
    };

    void Await(Transition transition)
    {
        if (Child.ParentStep is not { } id || transition.Run.Steps[id] is not { State: StepState.Ready or StepState.Waiting } step)
            return;
        if (Child.IsDetached)
            transition.Succeed(step, EndChild.ResultOf(Child.Run, null, null));
        else
            transition.Put(step with { State = StepState.Waiting, Child = Child.Run });
    }
}
