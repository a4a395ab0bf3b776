using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// The one report that ends an attempt, under its fence; repeated by the worker until it is confirmed.
/// A success of a run that is being stopped keeps its result and enables nothing. A failure under a wish is not retried.
/// </summary>
/// <param name="Jitter">0 to 1: where in the jitter of the backoff the retry falls. Chance is a parameter, like time.</param>
public sealed record EndAttempt(
    Guid Run, string Step, long Fence, Outcome Outcome, Proof Proof, ReadOnlyMemory<byte>? Result, string? Error, double Jitter) : ICommand
{
    /// <summary>How long ago its code began: measured by whoever held the report, because no clock of a worker is trusted. Null where it never did.</summary>
    public TimeSpan? BeganAgo { get; init; }

    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.Steps.GetValueOrDefault(Step) is not { Attempt: { } attempt } step)
            return Answer.Unknown;
        if (attempt.Fence != Fence)
            return Answer.Fenced;
        if (!attempt.IsOpen)
            return attempt.Outcome is Outcome.Fenced or Outcome.Lost ? Answer.Fenced : Answer.AlreadyDone;
        var transition = new Transition(run, now) { CodeBeganAt = BeganAgo is { } ago ? Ago.From(now, ago, attempt.AssignedAt) : null };
        End(transition, step, attempt with { EndedAt = transition.Now, Outcome = Outcome, Proof = Proof });
        transition.Settle();
        return transition.Seal(Answer.Done);
    }

    void End(Transition transition, Step step, Attempt attempt)
    {
        var ended = step with { Attempt = attempt };
        if (Outcome is Outcome.Succeeded)
            transition.Succeed(ended, Result);
        else if (transition.Run is { IsStopping: true, IsCleaningUp: false } && Outcome is Outcome.Stopped or Outcome.NotStarted)
            StopStep(transition, ended);
        else
            transition.FailOrRetry(ended, Outcome, Error ?? Unasked(), Jitter);
    }

    /// <summary>A stop nobody asked for is a failure, never a silent stop: clean-up is not asked either, and a join below it has to know.</summary>
    string? Unasked() => Outcome switch
    {
        Outcome.Stopped => "the handler stopped, but nobody had asked it to",
        Outcome.NotStarted => "the worker did not start it, but nobody had asked it to stop",
        Outcome.TimedOut => "the step's time was up",
        _ => null,
    };

    static void StopStep(Transition transition, Step ended)
    {
        transition.Put(ended with { State = StepState.Stopped });
        transition.Add(new RunEvent(RunEventKind.StepEnded)
        {
            Step = ended.Id, Try = ended.Attempt!.Try, Outcome = ended.Attempt.Outcome, Rung = ended.Attempt.Proof?.Rung, Since = transition.CodeBeganAt,
        });
    }
}
