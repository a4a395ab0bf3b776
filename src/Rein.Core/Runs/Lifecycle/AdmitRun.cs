using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>There is room under its limits: a blocked run takes its slots and begins.</summary>
public sealed record AdmitRun(Guid Run) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceOfAll();

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (!run.IsBlocked)
            return Answer.AlreadyDone;
        // It can only be stopped: begun, it would end well at once, for it has no steps that are known.
        if (run.Definition == Definition.Lost)
            return Answer.NotNow;
        var transition = new Transition(run, now);
        transition.Set(blocked => blocked with { IsBlocked = false, Open = blocked.Open - 1 });
        transition.Add(new RunEvent(RunEventKind.Admitted));
        StartRun.Begin(transition);
        return transition.Seal(Answer.Done);
    }
}
