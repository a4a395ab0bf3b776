using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>
/// The way from one <see cref="Run"/> to the next. The only mutable thing in Core: made, filled and sealed inside one Decide.
/// Every counter of the head moves in <see cref="Move"/> and nowhere else, so it cannot disagree with the steps.
/// </summary>
sealed partial class Transition
{
    readonly List<string> touched = [];
    readonly List<RunEvent> events = [];
    readonly List<Effect> effects = [];
    HashSet<string>? manyTouched;
    List<Slice>? lacks;
    ImmutableArray<ArchivedAttempt> archived = [];
    ImmutableArray<AnsweredStop> requests = [];

    public Transition(Run run, DateTimeOffset now)
    {
        Now = now > run.ChangedAt ? now : run.ChangedAt;
        Run = run with { Revision = run.Revision + 1, ChangedAt = Now };
    }

    public Run Run { get; private set; }
    public DateTimeOffset Now { get; }

    /// <summary>When the code of the attempt began whose end is decided; for the line about it.</summary>
    public DateTimeOffset? CodeBeganAt { get; init; }

    public void Set(Func<Run, Run> change) => Run = change(Run);
    public void Add(RunEvent line) => events.Add(line);
    public void Add(Effect effect) => effects.Add(effect);
    public void Archive(Step step, Attempt attempt) => archived = archived.Add(new(step.Id, attempt));
    public void Record(AnsweredStop request) => requests = requests.Add(request);

    /// <summary>Something is needed that nobody has looked for: what is decided from here on counts for nothing, but may find out what else is missing.</summary>
    void Lack(Slice slice) => (lacks ??= []).Add(slice);

    public Decision Seal(Answer answer)
    {
        if (lacks is not null)
            return new(Runs.Answer.NotNow) { Lack = Slice.Of(lacks) };
        var (state, startedAt) = (Run.DeriveState(), Run.StartedAt ?? (Run.HasBegun ? Now : null));
        if (state != Run.State || startedAt != Run.StartedAt)
            Run = Run with { State = state, StartedAt = startedAt };
        return new(answer, new Change
        {
            Run = Run,
            Touched = [.. touched],
            Archived = archived,
            Events = [.. events],
            Effects = [.. effects],
            Requests = requests,
        });
    }

    /// <summary>Puts the step in the place of its former self.</summary>
    public void Put(Step step)
    {
        var old = Run.Steps.GetValueOrDefault(step.Id);
        Touch(step.Id);
        Move(old, step, old?.Attempt?.Fence == step.Attempt?.Fence ? old?.Attempt : null, step.Attempt);
    }

    /// <summary>Counts an attempt that a later one has replaced in its step.</summary>
    public void Account(Attempt old, Attempt attempt) => Move(null, null, old, attempt);

    /// <summary>Most decisions touch a step or two; of a hundred, each is looked up otherwise.</summary>
    void Touch(string step)
    {
        const int few = 16;
        if (touched.Count == few)
            manyTouched ??= [.. touched];
        if (manyTouched?.Add(step) ?? !touched.Contains(step))
            touched.Add(step);
    }

    /// <summary>
    /// Moves the counters of the head by the difference: how many steps are open, active, ready; how many attempts may have begun, which are
    /// unproved or killed, how long they executed and what they cost.
    /// </summary>
    void Move(Step? old, Step? step, Attempt? before, Attempt? attempt)
    {
        var ends = attempt is { IsOpen: false } && before is not { IsOpen: false } && MayHaveBegun(attempt);
        Run = Run with
        {
            Steps = step is null ? Run.Steps : Run.Steps.SetItem(step.Id, step),
            HasBegun = Run.HasBegun || step is { State: StepState.Active or StepState.Waiting or StepState.Succeeded or StepState.Failed },
            Open = Run.Open + One(step is { IsOpen: true }) - One(old is { IsOpen: true }),
            ActiveAttempts = Run.ActiveAttempts + One(step is { State: StepState.Active }) - One(old is { State: StepState.Active }),
            Ready = Run.Ready + One(step is { State: StepState.Ready }) - One(old is { State: StepState.Ready }),
            SucceededSteps = Run.SucceededSteps + One(step is { State: StepState.Succeeded }) - One(old is { State: StepState.Succeeded }),
            FailedSteps = Run.FailedSteps + One(Fails(step)) - One(Fails(old)),
            ToleratedFailures = Run.ToleratedFailures + One(IsTolerated(step)) - One(IsTolerated(old)),
            HandedOut = Run.HandedOut + One(MayHaveBegun(attempt)) - One(MayHaveBegun(before)),
            Unproved = Run.Unproved + One(IsUnproved(attempt)) - One(IsUnproved(before)),
            Killed = Run.Killed + One(WasKilled(attempt)) - One(WasKilled(before)),
            Used = ends ? Run.Used + attempt!.Used(Now) : Run.Used,
            Credits = ends ? Credit.Plus(Run.Credits, attempt!.Cost(Now)) : Run.Credits,
            Budget = Run.Budget?.Moved(before, attempt, Now),
            Items = ends ? Run.Items + attempt!.Items : Run.Items,
        };
    }

    bool Fails(Step? step) => step is { State: StepState.Failed } && Run.Definition.FailsRun(step.Id);
    bool IsTolerated(Step? step) => step is { State: StepState.Failed } && !Run.Definition.FailsRun(step.Id);
    static bool MayHaveBegun(Attempt? attempt) => attempt is not null and not { Outcome: Outcome.NotStarted };
    static bool IsUnproved(Attempt? attempt) => attempt is { IsOpen: false, IsProved: false } && MayHaveBegun(attempt);
    static bool WasKilled(Attempt? attempt) => attempt is { Proof.Rung: Rung.Killed };
    static int One(bool condition) => condition ? 1 : 0;
}
