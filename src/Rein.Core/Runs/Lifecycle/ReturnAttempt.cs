using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>A worker that shuts down hands an attempt back: no failed try. Under a wish it is over instead.</summary>
public sealed record ReturnAttempt(Guid Run, string Step, long Fence, Proof Proof) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.Steps.GetValueOrDefault(Step) is not { Attempt: { } attempt } step)
            return Answer.Unknown;
        if (attempt.Fence != Fence)
            return Answer.Fenced;
        if (!attempt.IsOpen)
            return attempt.Outcome is Outcome.Returned ? Answer.AlreadyDone : Answer.Fenced;
        var transition = new Transition(run, now);
        var returned = step with { Attempt = attempt with { EndedAt = transition.Now, Outcome = Outcome.Returned, Proof = Proof } };
        if (run.IsStopping && !run.IsCleaningUp)
            transition.Put(returned with { State = StepState.Stopped });
        else
            transition.Enable(returned with { State = StepState.Ready });
        transition.Add(new RunEvent(RunEventKind.StepReturned) { Step = step.Id, Try = attempt.Try, Worker = attempt.Worker });
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
