using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>Grace and proof window are over: the server closes what nobody has reported. No worker is needed for it.</summary>
public sealed record EscalateStop(Guid Run) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.OpenSteps;

    public Decision Decide(Run run, DateTimeOffset now) => run switch
    {
        { HasEnded: true } => Answer.AlreadyEnded,
        { IsStopping: false } or { IsCleaningUp: true } => Answer.NotNow,
        { Stop: { } stop } when now < stop.EscalateAt => Answer.NotNow,
        _ => Close(new(run, now)),
    };

    static Decision Close(Transition transition)
    {
        transition.Add(new RunEvent(RunEventKind.StopEscalated));
        transition.TellHolders(TimeSpan.Zero);
        transition.Withdraw();
        transition.CloseAttempts();
        transition.Set(run => run with { Open = 0 });
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
