using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>The pause is over: what was enabled or fell due meanwhile goes on from here.</summary>
public sealed record ResumeRun(Guid Run, string Actor) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceOfAll();

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.IsStopping)
            return Answer.Stopping;
        if (run.Pause is null)
            return Answer.AlreadyDone;
        var transition = new Transition(run, now);
        transition.Set(paused => paused with { Pause = null });
        transition.Add(new RunEvent(RunEventKind.Resumed) { Actor = Actor });
        // What waits for room is taken up when there is some.
        if (!run.IsBlocked)
            foreach (var step in run.Steps.Values)
                transition.TakeUp(step);
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
