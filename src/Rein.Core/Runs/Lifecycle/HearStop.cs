using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>A worker says that its code was told. Only the account of the stop changes; the first to hear is kept.</summary>
/// <param name="Ago">How long ago it was told: measured by whoever held the report, because no clock of a worker is trusted.</param>
public sealed record HearStop(Guid Run, string Step, long Fence, TimeSpan Ago = default) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.Of(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.Steps.GetValueOrDefault(Step) is not { Attempt: { } attempt })
            return Answer.Unknown;
        if (attempt.Fence != Fence || !attempt.IsOpen)
            return Answer.Fenced;
        if (!run.IsStopping || run.IsCleaningUp)
            return Answer.NotNow; // clean-up is not asked to stop
        if (run.Stop!.HeardAt is not null)
            return Answer.AlreadyDone;
        // A worker says this of a wish alone, which it had from here: what seems to lie before the wish is the imprecision of two clocks, and is cut off.
        var transition = new Transition(run, now);
        var heardAt = Lifecycle.Ago.From(transition.Now, Ago, run.Stop.SignalledAt ?? run.Stop.RequestedAt);
        transition.Set(stopping => stopping with { Stop = stopping.Stop! with { HeardAt = heardAt } });
        transition.Add(new RunEvent(RunEventKind.StopHeard) { Step = Step, Try = attempt.Try, Worker = attempt.Worker, Since = heardAt });
        return transition.Seal(Answer.Done);
    }
}
