namespace Rein.Core.Runs;

/// <summary>What a failed or lost try leads to: another try, later, or the failure of the step.</summary>
sealed partial class Transition
{
    /// <summary>A wish, a clean-up or the last try means failure; otherwise the step waits for its retry time.</summary>
    public void FailOrRetry(Step ended, Outcome outcome, string? error, double jitter)
    {
        var tries = ended.Tries + 1;
        var node = Run.Definition.NodeOf(ended.Id);
        if (Run.IsStopping || Run.IsCleaningUp || tries >= node.MaxAttempts)
            Fail(ended with { Tries = tries }, error, outcome);
        else
            Retry(ended with { Tries = tries }, outcome is Outcome.Lost ? TimeSpan.Zero : node.Backoff.After(tries, jitter), error);
    }

    void Retry(Step ended, TimeSpan delay, string? error)
    {
        var due = Now + delay;
        Put(ended with { State = StepState.Waiting, DueAt = due, Error = error });
        Add(new RunEvent(RunEventKind.StepRetrying) { Step = ended.Id, Try = ended.Attempt?.Try, Until = due, Error = error });
        if (delay <= TimeSpan.Zero)
            WakeDue(Run.Steps[ended.Id]);
    }

    /// <summary>The time of a waiting step has come. Under a pause it is only noted: a resume takes it up.</summary>
    public void WakeDue(Step step)
    {
        if (Run.Pause is not null && !Run.IsCleaningUp)
            Put(step.IsUndecided ? step with { State = StepState.Ready, IsDue = false, DueAt = null } : step with { IsDue = true, DueAt = null });
        else if (step.Attempt is not null)
            Enable(step with { State = StepState.Ready, DueAt = null, IsDue = false });
        else if (step.IsUndecided)
            Enable(step with { State = StepState.Ready, DueAt = null, IsDue = false });
        else if (Run.Definition.NodeOf(step.Id) is { AwaitsAnswer: true } node)
            Conclude(node, step);
        else if (Run.Definition.Nodes.TryGetValue(step.Id, out var loop) && loop.IsLoop)
            GoOn(loop, step);
        else
            Succeed(step, result: null);
    }

    /// <summary>
    /// A pause is over. What a step in the body of a loop reads was not loaded for that, nor what its loop comes to: those have a timer that is due at once.
    /// </summary>
    public void TakeUp(Step step)
    {
        var node = Run.Definition.NodeOf(step.Id);
        var isLater = node.IsLoop || node.Loop is not null;
        if (step is { State: StepState.Waiting, IsDue: true })
            if (isLater)
                Put(step with { DueAt = Now, IsDue = false });
            else
                WakeDue(step);
        else if (step is { State: StepState.Ready })
            if (node.Loop is not null && node.IsControl)
                Put(step with { State = StepState.Waiting, DueAt = Now, IsDue = true });
            else
                Take(step);
        else if (step.AwaitsStart && node.IsCall)
            OweChildren();
    }
}
