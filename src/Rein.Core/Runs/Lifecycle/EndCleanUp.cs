using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>The budget of the clean-up is spent: what is left of it is closed, and the run ends.</summary>
public sealed record EndCleanUp(Guid Run) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.OpenSteps;

    public Decision Decide(Run run, DateTimeOffset now) => run switch
    {
        { HasEnded: true } => Answer.AlreadyEnded,
        { IsCleaningUp: false } => Answer.NotNow,
        _ when now < run.CleanUpEndsAt => Answer.NotNow,
        _ => Close(new(run, now)),
    };

    static Decision Close(Transition transition)
    {
        transition.StopCleanUp("the clean-up took longer than its budget");
        transition.Withdraw();
        transition.CloseAttempts();
        transition.Set(run => run with { Open = 0 });
        transition.Settle();
        return transition.Seal(Answer.Done);
    }
}
