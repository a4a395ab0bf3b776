using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// An answer from outside to a step that waits for one. The first answer counts, whatever has become of the run since, and its time may not be up: a timer
/// that is late has decided all the same. What is being stopped, or was, takes none.
/// </summary>
static class AnswerStep
{
    public static Decision Decide(Run run, DateTimeOffset now, string id, string kind, Func<StepAnswer, StepAnswer> answer)
    {
        var isAsked = run.Definition.TryGet(id, out var node) && node.Kind == kind && StepId.IsIndexed(id) == node.Loop is not null;
        if (isAsked && run.Steps.GetValueOrDefault(id) is { } known && StepAnswer.Of(known.Result).By is not null)
            return Answer.AlreadyDone;
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (!isAsked)
            return Answer.Unknown;
        if (run.IsStopping && !run.IsCleaningUp)
            return Answer.Stopping;
        if (run.Steps.GetValueOrDefault(id) is not { } step)
            return Answer.NotNow;
        if (step is not { State: StepState.Waiting, IsDue: false })
            return step.State is StepState.Pending or StepState.Ready || step.IsUndecided ? Answer.NotNow : Answer.AlreadyDone;
        if (step.DueAt <= now)
            return Answer.AlreadyDone;
        var transition = new Transition(run, now);
        transition.Answer(step, answer(StepAnswer.Of(step.Result)));
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
