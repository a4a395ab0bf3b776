using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// The session that held an attempt is gone. Without a wish the loss counts as a try; under one the attempt is closed at once,
/// and the stop does not wait for its grace. Nothing is proved by it: the proof may still come.
/// </summary>
public sealed record LoseAttempt(Guid Run, string Step, long Fence) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.Steps.GetValueOrDefault(Step) is not { Attempt: { } attempt } step)
            return Answer.Unknown;
        if (attempt.Fence != Fence)
            return Answer.Fenced;
        if (!attempt.IsOpen)
            return Answer.AlreadyDone;
        var transition = new Transition(run, now);
        var lost = step with { Attempt = attempt with { EndedAt = transition.Now, Outcome = Outcome.Lost } };
        if (run.IsStopping && !run.IsCleaningUp)
            Close(transition, lost);
        else
            transition.FailOrRetry(lost, Outcome.Lost, $"the worker {attempt.Worker} that held it was lost", jitter: 0);
        transition.Settle();
        return transition.Seal(Answer.Done);
    }

    static void Close(Transition transition, Step lost)
    {
        transition.Put(lost with { State = StepState.Stopped });
        transition.Add(new RunEvent(RunEventKind.StopEscalated) { Step = lost.Id, Try = lost.Attempt!.Try, Outcome = Outcome.Lost });
    }
}
