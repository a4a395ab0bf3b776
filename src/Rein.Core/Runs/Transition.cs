using System.Collections.Immutable;
using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>
/// The way from one <see cref="Run"/> to the next. The only mutable thing in Core: made, filled and sealed inside one Decide.
/// Every counter of the head moves in <see cref="Put"/> and nowhere else, so it cannot disagree with the steps.
/// </summary>
sealed partial class Transition
{
    readonly ImmutableHashSet<string>.Builder touched = ImmutableHashSet.CreateBuilder<string>();
    readonly ImmutableList<RunEvent>.Builder events = ImmutableList.CreateBuilder<RunEvent>();
    readonly ImmutableList<Effect>.Builder effects = ImmutableList.CreateBuilder<Effect>();
    ImmutableList<ArchivedAttempt> archived = [];
    ImmutableList<AnsweredStop> requests = [];

    public Transition(Run run, DateTimeOffset now)
    {
        Now = now > run.ChangedAt ? now : run.ChangedAt;
        Run = run with { Revision = run.Revision + 1, ChangedAt = Now };
    }

    public Run Run { get; private set; }
    public DateTimeOffset Now { get; }

    public void Set(Func<Run, Run> change) => Run = change(Run);
    public void Add(RunEvent line) => events.Add(line);
    public void Add(Effect effect) => effects.Add(effect);
    public void Archive(Step step, Attempt attempt) => archived = archived.Add(new(step.Id, attempt));
    public void Record(AnsweredStop request) => requests = requests.Add(request);

    public Decision Seal(Answer answer)
    {
        Run = Run with { State = Run.DeriveState() };
        if (Run is { StartedAt: null, HasBegun: true })
            Run = Run with { StartedAt = Now };
        return new(answer, new Change
        {
            Run = Run,
            Touched = touched.ToImmutable(),
            Archived = archived,
            Events = events.ToImmutable(),
            Effects = effects.ToImmutable(),
            Requests = requests,
        });
    }

    /// <summary>Puts the step in the place of its former self, and moves the counters of the head by the difference.</summary>
    public void Put(Step step)
    {
        var old = Run.Steps.GetValueOrDefault(step.Id);
        touched.Add(step.Id);
        Run = Run with
        {
            Steps = Run.Steps.SetItem(step.Id, step),
            Open = Run.Open + One(step.IsOpen) - One(old is { IsOpen: true }),
            ActiveAttempts = Run.ActiveAttempts + One(step.State is StepState.Active) - One(old is { State: StepState.Active }),
            Ready = Run.Ready + One(step.State is StepState.Ready) - One(old is { State: StepState.Ready }),
            SucceededSteps = Run.SucceededSteps + One(step.State is StepState.Succeeded) - One(old is { State: StepState.Succeeded }),
            FailedSteps = Run.FailedSteps + One(Fails(step)) - One(Fails(old)),
            ToleratedFailures = Run.ToleratedFailures + One(IsTolerated(step)) - One(IsTolerated(old)),
        };
        if (step.Attempt is { } attempt)
            Account(old?.Attempt?.Fence == attempt.Fence ? old.Attempt : null, attempt);
    }

    /// <summary>Moves what the head knows of attempts: how many may have begun, which are unproved or killed, how long they executed.</summary>
    public void Account(Attempt? old, Attempt attempt)
    {
        if (attempt == old)
            return;
        Run = Run with
        {
            HandedOut = Run.HandedOut + One(MayHaveBegun(attempt)) - One(MayHaveBegun(old)),
            Unproved = Run.Unproved + One(IsUnproved(attempt)) - One(IsUnproved(old)),
            Killed = Run.Killed + One(WasKilled(attempt)) - One(WasKilled(old)),
        };
        if (!attempt.IsOpen && old is not { IsOpen: false } && MayHaveBegun(attempt))
            Run = Run with { Used = Run.Used + attempt.Used(Now), Items = Run.Items + attempt.Items };
    }

    bool Fails(Step? step) => step is { State: StepState.Failed } && Run.Definition.Nodes[step.Id].OnFailure is OnFailure.Fail;
    bool IsTolerated(Step? step) => step is { State: StepState.Failed } && Run.Definition.Nodes[step.Id].OnFailure is OnFailure.Continue;
    static bool MayHaveBegun(Attempt? attempt) => attempt is not null and not { Outcome: Outcome.NotStarted };
    static bool IsUnproved(Attempt? attempt) => attempt is { IsOpen: false, IsProved: false } && MayHaveBegun(attempt);
    static bool WasKilled(Attempt? attempt) => attempt is { Proof.Rung: Rung.Killed };
    static int One(bool condition) => condition ? 1 : 0;
}
