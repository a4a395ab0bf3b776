using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>Nothing new of the run is handed out. What executes goes on; when the last attempt has ended, the run waits.</summary>
public sealed record PauseRun(Guid Run, string Actor, string Reason) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.OpenSteps;

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.IsStopping || run.IsCleaningUp)
            return Answer.Stopping;
        if (run.Pause is not null)
            return Answer.AlreadyDone;
        var transition = new Transition(run, now);
        transition.Set(going => going with { Pause = new(Actor, Reason, transition.Now) });
        transition.Add(new RunEvent(RunEventKind.Paused) { Actor = Actor, Reason = Reason });
        return transition.Seal(Answer.Done);
    }
}
