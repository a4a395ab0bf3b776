using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>The deadline of a run, its time in the queue, or its budget is over: the system wishes its stop.</summary>
public sealed record ExpireRun(Guid Run) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.OpenSteps;

    public Decision Decide(Run run, DateTimeOffset now) => run switch
    {
        { HasEnded: true } => Answer.AlreadyEnded,
        { IsStopping: true } => Answer.Stopping,
        { HasBegun: false, QueueEndsAt: { } end } when now >= end => Wish(run, StopOrigin.QueueTtl, "its time in the queue was over").Decide(run, now),
        { DeadlineAt: { } end } when now >= end => Wish(run, StopOrigin.Deadline, "its deadline had passed").Decide(run, now),
        { Budget: { } budget } when budget.IsUsedUp(now) => Wish(run, StopOrigin.Budget, $"its budget of {Credit.ToText(budget.Limit)} credits was used up").Decide(run, now),
        _ => Answer.NotNow,
    };

    static RequestStop Wish(Run run, StopOrigin origin, string reason) =>
        new(run.Id, origin, "system", reason, run.Definition.StopGrace ?? Rules.DefaultGrace, FenceAt.End, Force: false);
}
