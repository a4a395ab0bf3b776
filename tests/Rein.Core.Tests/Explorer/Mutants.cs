using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Tests.Explorer;

/// <summary>Ways to build Rein wrongly, most of them seen in other engines. Each must be found, by the rule it breaks.</summary>
static class Mutants
{
    /// <param name="Breaks">How the first rule that is found broken begins.</param>
    /// <param name="In">How the scenario that shows it is called; the simplest one where nothing is said.</param>
    public sealed record Mutant(string Breaks, Mutation Mutation, string In = "two runs under a limit of 1")
    {
        public string? Found() => Search.Through(Scenarios.All.Single(one => one.Name == In), Mutation).Violation;
    }

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("I1", new("a stop rewrites a run that has ended") { Decide = StopRewritesTheEnd }),
        new("I2", new("a report is taken whatever its fence") { Decide = AnyFenceCounts }),
        new("I3", new("the end of the grace waits for the last worker to report") { Decide = EscalationWaitsForWorkers }),
        new("I4", new("a run that fails keeps its slot") { HeldBy = FailedRunsHold }),
        new("I5", new("the stop of a parent owes its children nothing") { Decide = NoCascade }, "a parent and a child it awaits"),
        new("a run that was started detached is stopped", new("the stop of a parent reaches what was started detached") { TellsTheDetached = true }, Detached),
        new("nobody waits for a run that was started detached", new("a step waits for what it started detached") { Decide = DetachedIsAwaited }, Detached),
        new("a run that was started detached owes", new("a run that was started detached reports to its parent") { Decide = DetachedReports }, Detached),
        new("I6", new("the last proof tells the end once more") { Decide = ProofEndsAgain }),
        new("I7", new("usage runs on until the proof") { Decide = ProofCostsTime }),
        new("I2", new("usage is counted after the fence") { Decide = UsageAfterTheFence }),
        new("I7", new("a doubled report of usage counts twice") { Decide = ReportsAddUp }, Budgeted),
        new("a timer of a run that is due", new("a budget is used up and nobody minds") { Decide = NoBudget }, Budgeted),
        new("nothing is handed out once the budget", new("a retry begins on a budget that is used up") { Decide = RetriesForFree }, Budgeted),
        new("nobody is fenced before grace and proof window", new("no proof window") { Decide = NoProofWindow }),
        new("nothing begins on a worker that was told to stop it", new("a stop is lost before the assign") { ForgetsEarlyStops = true }, "frames and reports lost, doubled and overtaken"),
        new("I1", new("a late success revives a stopped run") { Decide = LateSuccessCounts }),
        new("I2", new("a doubled `ended` counts twice") { Decide = DoubledEndCounts }),
        new("I5", new("a child starts after the stop") { Decide = LateChildStarts }),
        new("I4", new("a slot is released twice") { HeldBy = ProofReleasesAgain }),
        new("nothing new begins under a wish", new("a failure under a wish is retried") { Decide = RetryUnderWish }),
        new("a forced stop ends the run", new("clean-up goes on though the stop is forced") { Decide = ForceCleansUp }),
        new("no clean-up begins or goes on", new("a panic leaves the clean-up its budget") { Decide = PanicIsPolite }, "a run with clean-up"),
        new("the verdict is honest", new("what the kill left over is overlooked") { OverlooksLeftOvers = true }, "a run with clean-up"),
        new("the slice lacks a row", new("a stop loads only what executes") { Decide = StopSeesActiveOnly }, "delays and deadlines"),
        new("no iteration begins under a wish", new("an iteration begins after the stop") { Decide = IterationAfterStop }, Looping),
        new("a loop counts every iteration once", new("an iteration is counted twice") { Decide = IterationCountsTwice }, Looping),
        new("a loop ends behind its last iteration", new("a loop ends before its last iteration") { Decide = LoopEndsEarly }, Looping),
        new("the slice lacks a row", new("an iteration is loaded without its item") { Decide = IterationWithoutItem }, Looping),
        new("a join begins when all", new("a join begins with the first of its parents") { Decide = JoinBeginsEarly }, Joining),
        new("a join does not begin behind a failure", new("one parent that succeeded is enough") { Decide = JoinOverlooksFailure }, Joining),
        new("the slice lacks a row", new("a join that nobody looked for is taken for a new one") { Decide = NeverAsksForMore }, "joins in series"),
        new("the rows of the ready queue", new("a pause leaves its steps in the ready queue") { Decide = PauseLoadsNothing }),
    ];

    const string Detached = "a step that starts a run and lets it be";

    const string Joining = "a join behind two that may fail";

    const string Looping = "a loop of three, two at once";

    const string Budgeted = "a budget that time and reports use up";

    static Decision Real(ICommand command, Run run) => command.Decide(run, Clock.Now);

    static Decision NeverAsksForMore(ICommand command, Run run) => Real(command, run with { Loaded = null });

    static Decision Altered(Decision real, Func<Run, Run> alter) =>
        real.Change is { } change ? real with { Change = change with { Run = alter(change.Run) } } : real;

    static Decision StopRewritesTheEnd(ICommand command, Run run) =>
        command is RequestStop && run is { State: RunState.Succeeded }
            ? Real(command, run with { State = RunState.Running })
            : Real(command, run);

    static Decision AnyFenceCounts(ICommand command, Run run) => command switch
    {
        EndAttempt end when Open(run, end.Step) is { } open => Real(end with { Fence = open.Fence }, run),
        LoseAttempt lost when Open(run, lost.Step) is { } open => Real(lost with { Fence = open.Fence }, run),
        _ => Real(command, run),
    };

    static Attempt? Open(Run run, string step) => run.Steps.GetValueOrDefault(step)?.Attempt is { IsOpen: true } open ? open : null;

    static Decision EscalationWaitsForWorkers(ICommand command, Run run) =>
        command is EscalateStop && run.ActiveAttempts > 0 ? Answer.NotNow : Real(command, run);

    static int FailedRunsHold(Stores.RunChange change) =>
        (change.Holds || change.After.State is RunState.Failed ? 1 : 0) - (change.Held ? 1 : 0);

    static Decision JoinBeginsEarly(ICommand command, Run run) =>
        Altered(Real(command, run), after => Begin(after, join => join.State is StepState.Pending));

    static Decision JoinOverlooksFailure(ICommand command, Run run) =>
        Altered(Real(command, run), after => Begin(after, join => join is { State: StepState.Skipped, Enabling: > 0 }));

    static Run Begin(Run run, Func<Step, bool> which) =>
        run with { Steps = run.Steps.SetItems(run.Steps.Where(step => which(step.Value)).Select(step => KeyValuePair.Create(step.Key, step.Value with { State = StepState.Ready }))) };

    static Decision NoCascade(ICommand command, Run run)
    {
        var real = Real(command, run);
        return real.Change is { } change && command is RequestStop
            ? real with { Change = change with { Effects = change.Effects.RemoveAll(effect => effect is Duty { Kind: DutyKind.Cascade }) } }
            : real;
    }

    static Decision DetachedIsAwaited(ICommand command, Run run) => command is StartChild { Child: { IsDetached: true, ParentStep: not null } child } start
        ? Starting(Real(start with { Child = child with { IsDetached = false } }, run), started => started with { IsDetached = true, ParentStep = null })
        : Real(command, run);

    static Decision DetachedReports(ICommand command, Run run) => command is StartChild { Child: { IsDetached: true, ParentStep: { } step } }
        ? Starting(Real(command, run), started => started with { ParentStep = step })
        : Real(command, run);

    static Decision Starting(Decision real, Func<StartRun, StartRun> alter) => real.Change is { } change
        ? real with { Change = change with { Effects = [.. change.Effects.Select(effect => effect is StartsChild starts ? new StartsChild(alter(starts.Child)) : effect)] } }
        : real;

    static Decision ProofEndsAgain(ICommand command, Run run)
    {
        var real = Real(command, run);
        return real.Change is { Run.HasEnded: true } change && command is ProveAttempt
            ? real with { Change = change with { Events = change.Events.Add(new(RunEventKind.Ended)) } }
            : real;
    }

    static Decision ProofCostsTime(ICommand command, Run run) =>
        command is ProveAttempt && !run.HasEnded ? Altered(Real(command, run), after => after with { Used = after.Used + Clock.Second }) : Real(command, run);

    static Decision UsageAfterTheFence(ICommand command, Run run) =>
        command is ReportUsage used && run.Steps.GetValueOrDefault(used.Step) is { Attempt: { IsOpen: false } attempt } step && attempt.Fence == used.Fence
            ? Altered(Real(used, Reopened(run with { State = RunState.Running }, step)), after => after with { State = run.State, Credits = after.Credits + used.Total })
            : Real(command, run);

    static Decision ReportsAddUp(ICommand command, Run run) =>
        command is ReportUsage used && Open(run, used.Step) is { } open ? Real(used with { Total = open.Reported + used.Total }, run) : Real(command, run);

    static Decision NoBudget(ICommand command, Run run) => command is ExpireRun ? Real(command, run with { Budget = null }) : Real(command, run);

    static Decision RetriesForFree(ICommand command, Run run) => command is ClaimStep && run.Budget is { } budget
        ? Altered(Real(command, run with { Budget = budget with { Limit = long.MaxValue } }), after => after with { Budget = after.Budget! with { Limit = budget.Limit } })
        : Real(command, run);

    static Decision NoProofWindow(ICommand command, Run run) => command is RequestStop
        ? Altered(Real(command, run), after => after with { Stop = after.Stop! with { EscalateAt = after.Stop.GraceEndsAt } })
        : Real(command, run);

    static Decision LateSuccessCounts(ICommand command, Run run) =>
        command is EndAttempt { Outcome: Outcome.Succeeded } end && run.HasEnded && run.Steps.GetValueOrDefault(end.Step) is { Attempt.Outcome: Outcome.Fenced } step
            ? Real(command, Reopened(run with { State = RunState.Running, Stop = null }, step))
            : Real(command, run);

    static Decision DoubledEndCounts(ICommand command, Run run) =>
        command is EndAttempt end && !run.HasEnded && run.Steps.GetValueOrDefault(end.Step) is { State: StepState.Waiting, Attempt: { IsOpen: false } attempt } step
            && attempt.Fence == end.Fence
            ? Real(command, Reopened(run, step))
            : Real(command, run);

    static Run Reopened(Run run, Step step) => run with
    {
        Steps = run.Steps.SetItem(step.Id, step with { State = StepState.Active, Attempt = step.Attempt! with { EndedAt = null, Outcome = null } }),
    };

    static Decision LateChildStarts(ICommand command, Run run) =>
        command is StartChild && run is { Stop: { } stop, HasEnded: false }
            ? Altered(Real(command, run with { Stop = null }), after => after with { Stop = stop })
            : Real(command, run);

    static int ProofReleasesAgain(Stores.RunChange change) =>
        change.Before is { HasEnded: true, IsBlocked: false, LimitKeys.IsEmpty: false } ? -1 : (change.Holds ? 1 : 0) - (change.Held ? 1 : 0);

    static Decision RetryUnderWish(ICommand command, Run run) =>
        command is EndAttempt { Outcome: Outcome.Failed } && run is { Stop: { } stop, HasEnded: false, IsCleaningUp: false }
            ? Altered(Real(command, run with { Stop = null }), after => after with { Stop = stop })
            : Real(command, run);

    static Decision ForceCleansUp(ICommand command, Run run) =>
        command is RequestStop { Force: true } stop ? Real(stop with { Force = false, Fence = FenceAt.End }, run) : Real(command, run);

    static Decision PanicIsPolite(ICommand command, Run run) =>
        command is RequestStop { Origin: StopOrigin.Panic } stop && run.IsCleaningUp ? Real(stop with { Origin = StopOrigin.Manual }, run) : Real(command, run);

    static Decision StopSeesActiveOnly(ICommand command, Run run) => command is RequestStop && run.Steps.Values.All(step => step.IsOpen)
        ? Real(command, run with { Input = default })
        : Real(command, run);

    static Decision IterationAfterStop(ICommand command, Run run)
    {
        if (command is not EndAttempt { Outcome: Outcome.Succeeded } end || run is not { Stop: { } stop, HasEnded: false } || !run.Steps.TryGetValue("each", out var loop))
            return Real(command, run);
        var iteration = run.Steps[StepId.Of("each", StepId.Parse(end.Step).Index)];
        var steps = run.Steps.SetItem("each", loop with { State = StepState.Waiting }).SetItem(iteration.Id, iteration with { State = StepState.Waiting });
        return Altered(Real(command, run with { Stop = null, Open = run.Open + 2, Steps = steps }), after => after with { Stop = stop });
    }

    static Decision IterationCountsTwice(ICommand command, Run run) => command is EndAttempt
        ? Altered(Real(command, run), after => Loop(after) is { Done: > 0 } state && state.Done > Loop(run)?.Done ? WithLoop(after, state with { Done = state.Done + 1 }) : after)
        : Real(command, run);

    static Decision LoopEndsEarly(ICommand command, Run run) => command is WakeStep { Step: "each" } && !run.HasEnded && run.Stop is null && Loop(run) is { Begun: 3 } state
        ? Real(command, WithLoop(run, state with { Done = 3 }, Clock.Now))
        : Real(command, run);

    static LoopState? Loop(Run run) => LoopState.Of(run.Steps.GetValueOrDefault("each")?.Result);

    static Run WithLoop(Run run, LoopState state, DateTimeOffset? due = null) => run with
    {
        Steps = run.Steps.SetItem("each", run.Steps["each"] with { Result = state.ToJson(), DueAt = due ?? run.Steps["each"].DueAt }),
    };

    /// <summary>As if the item were not in the slice.</summary>
    static Decision IterationWithoutItem(ICommand command, Run run) => command is EndAttempt && run.Steps.Values.All(step => step.IsOpen)
        ? Real(command, run with { Steps = run.Steps.ToImmutableDictionary(pair => pair.Key, pair => pair.Key.StartsWith("each[", StringComparison.Ordinal) ? pair.Value with { Result = null } : pair.Value) })
        : Real(command, run);

    static Decision PauseLoadsNothing(ICommand command, Run run) => command is PauseRun
        ? Altered(Real(command, run), after => after with { Steps = after.Steps.Clear() })
        : Real(command, run);
}
