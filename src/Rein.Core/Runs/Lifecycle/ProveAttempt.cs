using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>
/// The only report that is accepted after the fence: what became of an attempt that was closed without one. It fills the proof and
/// raises the verdict; the state, the result and the items stay as they are.
/// </summary>
/// <param name="Archived">The attempt, where a later try has taken its place in the step.</param>
public sealed record ProveAttempt(Guid Run, string Step, long Fence, Proof Proof, Attempt? Archived = null) : ICommand
{
    public Slice Slice(Definition definition) => Lifecycle.Slice.Of(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        var step = run.Steps.GetValueOrDefault(Step);
        var attempt = step?.Attempt?.Fence == Fence ? step.Attempt : Archived;
        if (step is null || attempt?.Fence != Fence)
            return Answer.Unknown;
        if (attempt.IsOpen)
            return Answer.NotNow;
        var proof = Proof with { Rung = Highest(attempt.Proof?.Rung, Proof.Rung) };
        // A worker that cannot end it says so each time it comes back.
        if (attempt.IsProved || attempt.Proof?.SaysTheSame(proof) is true)
            return Answer.AlreadyDone;
        var transition = new Transition(run, now);
        Prove(transition, step, attempt, attempt with { Proof = proof });
        return transition.Seal(Answer.Done);
    }

    /// <summary>What had to be killed was killed, even if the last of it went by itself.</summary>
    static Rung? Highest(Rung? before, Rung? now) => before is null || before < now ? now : before;

    void Prove(Transition transition, Step step, Attempt attempt, Attempt proved)
    {
        if (step.Attempt == attempt)
            transition.Put(step with { Attempt = proved });
        else
            ProveArchived(transition, step, attempt, proved);
        transition.Add(new RunEvent(RunEventKind.Proved) { Step = Step, Try = proved.Try, Rung = proved.Proof!.Rung, Worker = proved.Worker });
        if (transition.Run is { HasEnded: true, Stop: { } stop })
            transition.Add(new ReceiptEntry(ReceiptEntryKind.Proved, transition.Now, transition.Run.Verdict)
            {
                Stop = stop, Unproved = transition.Run.Unproved, Step = Step, Attempt = proved,
            });
    }

    static void ProveArchived(Transition transition, Step step, Attempt attempt, Attempt proved)
    {
        transition.Account(attempt, proved);
        transition.Archive(step, proved);
    }
}
