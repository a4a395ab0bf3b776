namespace Rein.Core.Runs;

/// <summary>How a run ends: what is open is withdrawn or closed, then the clean-up, then exactly one terminal change.</summary>
sealed partial class Transition
{
    /// <summary>Steps that nobody executes are withdrawn: they will not begin.</summary>
    public void Withdraw()
    {
        foreach (var step in Run.Steps.Values)
            if (step is { IsOpen: true, State: not StepState.Active })
                Put(step with { State = StepState.Stopped, DueAt = null, IsDue = false });
        if (Run.IsBlocked)
            Set(run => run with { Open = run.Open - 1 });
    }

    /// <summary>Attempts that are open are closed without waiting for anybody; only their proof is accepted from here.</summary>
    public void CloseAttempts()
    {
        foreach (var step in Run.Steps.Values)
            if (step is { State: StepState.Active, Attempt: { } attempt })
                Put(step with { State = StepState.Stopped, Attempt = attempt with { EndedAt = Now, Outcome = Outcome.Fenced } });
    }

    /// <summary>Tells every holder. Repeated by each further request: a frame may be lost.</summary>
    public void TellHolders(TimeSpan killIn)
    {
        var stop = Run.Stop!;
        foreach (var step in Run.Steps.Values)
            if (step is { State: StepState.Active, Attempt: { } attempt })
                Add(new SendStop(Run.Id, step.Id, attempt, killIn, stop.Origin, stop.Reason));
        if (Run.ActiveAttempts > 0)
            Set(run => run with { Stop = stop with { SignalledAt = stop.SignalledAt ?? Now } });
        TellChildren();
    }

    /// <summary>The clean-up's budget is spent: its holders are told to kill at once.</summary>
    public void StopCleanUp(string reason)
    {
        foreach (var step in Run.Steps.Values)
            if (step is { State: StepState.Active, Attempt: { } attempt })
                Add(new SendStop(Run.Id, step.Id, attempt, TimeSpan.Zero, Run.Stop?.Origin ?? StopOrigin.Policy, reason));
        Set(run => run with { Error = run.Error ?? reason, ToleratedFailures = run.ToleratedFailures + 1 });
    }

    public void TellChildren()
    {
        if (Run.Children > 0)
            Add(new Duty(DutyKind.Cascade));
    }

    /// <summary>Ends the run, or opens its clean-up, once nothing of it is open.</summary>
    public void Settle()
    {
        if (Run.HasEnded || Run.Open > 0)
            return;
        if (NeedsCleanUp)
            OpenCleanUp();
        if (Run.Open == 0)
            End();
    }

    bool NeedsCleanUp =>
        Run.CleanUpEndsAt is null
        && Run.HandedOut > 0
        && !Run.Definition.CleanUp.IsEmpty
        && Run.Stop?.LeavesNoCleanUp() is not true;

    void OpenCleanUp()
    {
        Set(run => run with { CleanUpEndsAt = Now + run.Rules.CleanUpBudget });
        Add(new RunEvent(RunEventKind.CleaningUp) { Until = Run.CleanUpEndsAt });
        foreach (var node in Run.Definition.CleanUp)
            Enable(new Step { Id = node.Id, State = StepState.Ready });
    }

    void End()
    {
        var (state, cause) = Run switch
        {
            { Stop: { } stop } => (RunState.Stopped, stop.Origin.ToCause()),
            { FailedSteps: 0, ToleratedFailures: 0 } => (RunState.Succeeded, Cause.Completed),
            { FailedSteps: 0 } => (RunState.Succeeded, Cause.Partial),
            { LostWorker: true } => (RunState.Failed, Cause.WorkerLost),
            { SucceededSteps: > 0 } => (RunState.Failed, Cause.Partial),
            _ => (RunState.Failed, Cause.Error),
        };
        Set(run => run with
        {
            State = state, Cause = cause, EndedAt = Now,
            Stop = run.Stop is null ? null : run.Stop with { FencedAt = run.Stop.FencedAt ?? Now },
        });
        Add(new RunEvent(RunEventKind.Ended) { State = state, Cause = cause, Reason = Run.Stop?.Reason, Actor = Run.Stop?.Actor, Error = Run.Error });
        AddTerminalEffects();
    }

    void AddTerminalEffects()
    {
        if (Run.Stop is { } stop)
            Add(new ReceiptEntry(ReceiptEntryKind.Ended, Now, Run.Verdict)
            {
                Stop = stop, Unproved = Run.Unproved, Used = Run.Used, Credits = Run.Credits, Items = Run.Items,
            });
        if (!Run.IsBlocked)
            foreach (var key in Run.LimitKeys)
                Add(new Admit(Run.Organization, key));
        if (Run is { Parent: not null, ParentStep: not null })
            Add(new Duty(DutyKind.TellParent));
        if (Run.Items > 0)
            Add(new Duty(DutyKind.Export));
    }
}
