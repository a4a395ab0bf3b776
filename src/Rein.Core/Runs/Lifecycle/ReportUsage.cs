using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// A worker says what its attempt has used so far, beside its price. A total, and it only grows: a report that is lost, doubled or overtaken does no
/// harm. Under its fence, like items. Whether the budget is used up by it, the run's timer finds at once (<see cref="ExpireRun"/>).
/// </summary>
/// <param name="Total">Micro-credits since the attempt began.</param>
public sealed record ReportUsage(Guid Run, string Step, long Fence, long Total) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.Of(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.Steps.GetValueOrDefault(Step) is not { Attempt: { } attempt } step)
            return Answer.Unknown;
        if (attempt.Fence != Fence || !attempt.IsOpen)
            return Answer.Fenced;
        if (Math.Min(Total, Credit.Most) <= attempt.Reported)
            return Answer.AlreadyDone;
        var transition = new Transition(run, now);
        transition.Put(step with { Attempt = attempt with { Reported = Math.Min(Total, Credit.Most) } });
        return transition.Seal(Answer.Done);
    }
}
