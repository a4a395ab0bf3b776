using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Tests.Explorer;

/// <summary>One decision that changed a run: the rows before and after, and what the command was allowed to see.</summary>
sealed record Decided(Rows Before, Run Loaded, ICommand Command, Decision Decision, Rows After)
{
    public Run From => Before.Run;
    public Run To => After.Run;
    public Change Change => Decision.Change!;
}

/// <summary>What must hold of every decision about one run (DESIGN §11), whoever asks and in whatever state.</summary>
static class RunChecks
{
    static readonly (string Rule, Func<Decided, bool> Holds)[] Rules =
    [
        ("I1: an ended run keeps its state, cause, steps, wish and figures", IsAbsorbed),
        ("I2: only a proof is accepted under an old fence", HasCurrentFence),
        ("I7: usage grows by what has just ended, and freezes with the run", AccountsForUse),
        ("I7: what was reported is a total: it only grows, and counts once", CountsReportsOnce),
        ("I7: a budget counts what attempts cost, and nothing of those that never began", MetersTheBudget),
        ("nothing is handed out once the budget is used up (H21)", d => !NewAttempts(d).Any() || d.From is not { Stop: null, IsCleaningUp: false, Budget: { } budget } || !budget.IsUsedUp(Clock.Now)),
        ("I2: a proof fills the proof and nothing else", ProvesOnly),
        ("a join begins when all that can reach it have ended", d => Joins(d).All(join => join.Parents.All(parent => IsOver(d.To, parent)))),
        ("a join does not begin behind a failure that fails the run", d => Joins(d).All(join => join.IsFinally || !join.Parents.Any(parent => Failed(d.To, parent)))),
        ("I6: there is one event for the end of a run, in the decision that ends it", HasOneEnd),
        ("the counters of the head equal a recount of the rows", d => Recount.Matches(d.After)),
        ("no step is open exactly when the run has ended", d => d.To.Open == 0 == d.To.HasEnded),
        ("the rows of the ready queue are the steps that are offered", d => d.After.Ready.SetEquals(Recount.Offered(d.To))),
        ("a step that has a row is loaded before it is written", d => d.Change.Touched.All(id => d.Loaded.Steps.ContainsKey(id) == d.From.Steps.ContainsKey(id))),
        .. LoopChecks.Rules,
        ("a live run waits for something: an attempt, a worker, a time, a child, an answer or a resume", d => d.To.HasEnded || d.To.IsBlocked || d.To.Steps.Values.Any(s => CanMove(d.To, s))),
        ("a rung is never taken back", d => d.Before.Attempts.All(old => old.Proof?.Rung is not { } rung || d.After.Attempts.Any(a => a.Fence == old.Fence && a.Proof?.Rung >= rung))),
        ("the first answer to a step counts, and nothing takes it back", d => d.From.Steps.Values.All(step => AnswerTo(step) is Branch.Always || AnswerTo(d.To.Steps[step.Id]) == AnswerTo(step))),
        ("a step that asks for a run is owed one, unless a pause holds it back", OwesChildren),
        ("nobody waits for a run that was started detached", d => d.Command is not StartChild { Child: { IsDetached: true, ParentStep: { } step } } || d.To.Steps[step] is { State: StepState.Active or StepState.Succeeded, Child: null }),
        ("a run that was started detached owes nobody its end", d => d.Change.Effects.OfType<StartsChild>().All(starts => starts.Child is not { IsDetached: true, ParentStep: not null })),
        ("a step awaits one child to its end", d => d.From.Steps.Values.All(step => step.Child is null || d.To.Steps[step.Id].Child == step.Child)),
        ("a run that waits for room has begun nothing", d => !d.To.IsBlocked || (!d.To.HasBegun && d.To.Steps.Values.All(step => step.Attempt is null))),
        ("what a run keeps of another is not executed for it", d => d.Change.Events.All(line => line.Kind is not RunEventKind.StepKept || d.To.Steps[line.Step!] is { IsOpen: false, Attempt: null })),
        ("a run that has started something is not queued", d => d.To.HasBegun || (d.To.Children == 0 && !d.To.Steps.Values.Any(step => step.Attempt is not null))),
        ("only a step that waits has a timer", d => d.To.Steps.Values.All(step => step is { State: StepState.Waiting } or { DueAt: null, IsDue: false })),
        ("every decision is one revision", d => d.To.Revision == d.From.Revision + 1),
        ("a new fence is higher than every fence before", d => NewAttempts(d).All(attempt => d.Before.Attempts.All(old => old.Fence < attempt.Fence))),
        ("a wish is never taken back, and its deadline only moves earlier", KeepsWish),
        ("a run that was wished to stop ends as stopped, by the origin of the wish, and no other run does", EndsAsWished),
        ("every ending that is no success says why (H19)", SaysWhy),
        ("nothing new begins under a wish but clean-up (H16)", BeginsNothing),
        ("a run that is being stopped has nothing open but what executes", d => !IsAsked(d.To) || d.To.Steps.Values.All(s => !s.IsOpen || s.State is StepState.Active)),
        ("clean-up executes `finally` steps only", d => !d.To.IsCleaningUp || d.To.Steps.Values.All(s => !s.IsOpen || d.To.Definition.NodeOf(s.Id).IsFinally)),
        ("nobody is fenced before grace and proof window are over", FencesInTime),
        ("a forced stop ends the run in its commit (H9, H10)", d => d.Command is not RequestStop { Fence: FenceAt.Now } || d.To.HasEnded),
        ("no clean-up begins or goes on under a wish that skips it (H10)", SkipsCleanUp),
        ("every holder is told of the stop, by the request and again at the fence", TellsHolders),
        ("the end of a stop writes one receipt, and every later proof another", WritesReceipts),
        ("a parent that awaits hears of the end of its child", d => d.To.ParentStep is null || JustEnded(d) == Owes(d, DutyKind.TellParent)),
        ("I5: children are told of every stop of their parent", d => d.To.Children == 0 || d.Command is not RequestStop || Owes(d, DutyKind.Cascade)),
        ("I5: no child starts under a wish or after the end", d => !d.Change.Effects.OfType<StartsChild>().Any() || (d.From is { Stop: null, HasEnded: false, IsCleaningUp: false })),
    ];

    public static string? Broken(Decided decided)
    {
        foreach (var (rule, holds) in Rules)
            if (!holds(decided))
                return rule;
        return null;
    }

    public static string? BrokenStart(Rows rows) =>
        !Recount.Matches(rows) ? "the counters of a new run equal a recount of its rows"
        : !rows.Ready.SetEquals(Recount.Offered(rows.Run)) ? "the rows of the ready queue of a new run are the steps that are offered"
        : rows.Run.Open == 0 == rows.Run.HasEnded ? null : "no step of a new run is open exactly when it has ended";

    static bool IsAbsorbed(Decided d) => !d.From.HasEnded || (
        d.To.State == d.From.State && d.To.Cause == d.From.Cause && d.To.EndedAt == d.From.EndedAt && d.To.Stop == d.From.Stop
        && d.To.Used == d.From.Used && d.To.Credits == d.From.Credits && d.To.Budget == d.From.Budget && d.To.Items == d.From.Items && d.To.Children == d.From.Children
        && d.To.Steps.Count == d.From.Steps.Count && d.From.Steps.Values.All(step => d.To.Steps[step.Id].State == step.State));

    static bool HasCurrentFence(Decided d) => d.Command switch
    {
        EndAttempt end => IsOpen(d, end.Step, end.Fence),
        LoseAttempt lost => IsOpen(d, lost.Step, lost.Fence),
        ReturnAttempt returned => IsOpen(d, returned.Step, returned.Fence),
        HearStop heard => IsOpen(d, heard.Step, heard.Fence),
        ReportUsage used => IsOpen(d, used.Step, used.Fence),
        ProveAttempt proof => !IsOpen(d, proof.Step, proof.Fence),
        _ => true,
    };

    static bool IsOpen(Decided d, string step, long fence) =>
        d.From.Steps.GetValueOrDefault(step)?.Attempt is { IsOpen: true } attempt && attempt.Fence == fence;

    static bool ProvesOnly(Decided d)
    {
        if (d.Command is not ProveAttempt)
            return true;
        var same = d.To with
        {
            Steps = d.From.Steps, Unproved = d.From.Unproved, Killed = d.From.Killed, Revision = d.From.Revision, ChangedAt = d.From.ChangedAt,
        };
        return same == d.From && d.Before.Ready.SetEquals(d.After.Ready)
            && d.From.Steps.Values.All(step => WithoutProof(step) == WithoutProof(d.To.Steps[step.Id]));
    }

    static Step WithoutProof(Step step) => step.Attempt is null ? step : step with { Attempt = step.Attempt with { Proof = null } };

    /// <summary>Those that have begun by this decision.</summary>
    static IEnumerable<Node> Joins(Decided d) => d.To.Definition.Nodes.Values.Where(node => node is { Loop: null, Parents.Length: > 1 }
        && d.To.Steps.GetValueOrDefault(node.Id) is { State: not (StepState.Pending or StepState.Skipped or StepState.Stopped) }
        && d.From.Steps.GetValueOrDefault(node.Id) is null or { State: StepState.Pending });

    /// <summary>What has no row has been skipped, if what is above it is over.</summary>
    static bool IsOver(Run run, string node) =>
        run.Steps.GetValueOrDefault(node) is { } step ? !step.IsOpen : run.Definition.Nodes[node].Parents.All(parent => IsOver(run, parent));

    static bool Failed(Run run, string step) => run.Steps.GetValueOrDefault(step) is { State: StepState.Failed } && run.Definition.FailsRun(step);

    static bool HasOneEnd(Decided d) => d.Change.Events.Count(line => line.Kind is RunEventKind.Ended) == (JustEnded(d) ? 1 : 0);

    static bool AccountsForUse(Decided d)
    {
        var open = d.Before.Attempts.Where(attempt => attempt.IsOpen).ToDictionary(attempt => attempt.Fence);
        var (used, credits) = (TimeSpan.Zero, 0L);
        foreach (var attempt in d.After.Attempts)
            if (open.ContainsKey(attempt.Fence) && attempt is { IsOpen: false, Outcome: not Outcome.NotStarted })
            {
                var executed = attempt.EndedAt!.Value - attempt.AssignedAt;
                used += executed;
                credits += attempt.Fee + attempt.Reported + attempt.Rate * (long)executed.TotalSeconds;
            }
        return d.To.Used == d.From.Used + used && d.To.Credits == d.From.Credits + credits;
    }

    static bool CountsReportsOnce(Decided d) => d.After.Attempts.All(attempt =>
        (d.Before.Attempts.FirstOrDefault(old => old.Fence == attempt.Fence)?.Reported ?? 0) is var before
        && attempt.Reported == (d.Command is ReportUsage used && used.Fence == attempt.Fence ? Math.Max(before, used.Total) : before));

    static bool MetersTheBudget(Decided d)
    {
        if (d.From.Budget is not { } budget)
            return d.To.Budget is null;
        var spent = budget.Spent;
        foreach (var attempt in d.After.Attempts)
            spent += (d.Before.Attempts.FirstOrDefault(old => old.Fence == attempt.Fence), attempt) switch
            {
                (null, _) => attempt.Fee,
                ({ IsOpen: true } old, { Outcome: Outcome.NotStarted }) => -old.Fee - old.Reported - old.Rate * (long)(Clock.Now - old.AssignedAt).TotalSeconds,
                ({ IsOpen: true } old, _) => attempt.Reported - old.Reported,
                _ => 0,
            };
        return d.To.Budget is { } after && after.Spent == Math.Max(0, spent) && after.Limit == budget.Limit
            && after.Rate == d.After.Attempts.Where(attempt => attempt.IsOpen).Sum(attempt => attempt.Rate);
    }

    static bool CanMove(Run run, Step step) => step.State switch
    {
        StepState.Active => true,
        StepState.Ready => run.Offers(step) || run.Pause is not null,
        StepState.Waiting => step.DueAt is not null || run.Definition.NodeOf(step.Id) is { AwaitsAnswer: true } or { IsCall: true } || step.Child is not null || (step.IsDue && run.Pause is not null),
        _ => false,
    };

    static bool OwesChildren(Decided d) =>
        d.To is { HasEnded: true } or { Pause: not null } || Owes(d, DutyKind.StartChildren) || d.To.Steps.Values.All(step =>
            !step.AwaitsStart || !d.To.Definition.NodeOf(step.Id).IsCall || (d.From.Pause is null && d.From.Steps.GetValueOrDefault(step.Id)?.AwaitsStart is true));

    static Branch AnswerTo(Step step) => step.Attempt is null ? StepAnswer.Of(step.Result).Branch : Branch.Always;

    static IEnumerable<Attempt> NewAttempts(Decided d) => d.Change.Effects.OfType<Assign>().Select(assign => assign.Attempt);

    static bool KeepsWish(Decided d) => d.From.Stop is not { } old || (d.To.Stop is { } wish
        && (wish.Origin, wish.Actor, wish.Reason, wish.RequestedAt) == (old.Origin, old.Actor, old.Reason, old.RequestedAt)
        && wish.GraceEndsAt <= old.GraceEndsAt && wish.EscalateAt <= old.EscalateAt && wish.Requests >= old.Requests
        && (wish.Force || !old.Force) && (wish.SkipsCleanUp || !old.SkipsCleanUp) && (wish.WasByHand() || !old.WasByHand()) && (wish.Fence is FenceAt.Now || old.Fence is FenceAt.End)
        && (old.HeardAt is null || wish.HeardAt == old.HeardAt) && (old.SignalledAt is null || wish.SignalledAt == old.SignalledAt));

    static bool EndsAsWished(Decided d) => !d.To.HasEnded
        || (d.To.Stop is { } stop ? d.To.State is RunState.Stopped && d.To.Cause == stop.Origin.ToCause() : d.To.State is not RunState.Stopped);

    static bool SaysWhy(Decided d) => !JustEnded(d) || d.To.State switch
    {
        RunState.Succeeded => d.To.Cause is Cause.Completed or Cause.Partial,
        RunState.Failed => d.To is { Cause: not null, Error: not null },
        _ => d.To.Stop is { Actor.Length: > 0, Reason.Length: > 0, FencedAt: not null },
    };

    static bool IsAsked(Run run) => run.IsStopping && !run.IsCleaningUp;

    static bool BeginsNothing(Decided d) => d.From.Stop is null || (
        NewAttempts(d).All(_ => d.From.IsCleaningUp)
        && d.Change.Touched.All(id => d.To.Steps[id] is not { IsOpen: true } step || d.To.Definition.NodeOf(id).IsFinally || step.State is StepState.Active)
        && d.Change.Effects.All(effect => effect is not WriteLog log || d.To.Definition.NodeOf(log.Step).IsFinally));

    static bool SkipsCleanUp(Decided d) =>
        !(d.To is { IsCleaningUp: true, Stop.SkipsCleanUp: true })
        && (d.Command is not RequestStop { Origin: StopOrigin.Panic } || d.To is { HasEnded: true } or { Stop.SkipsCleanUp: true });

    static bool FencesInTime(Decided d)
    {
        var closed = d.Change.Touched.Any(id => d.To.Steps[id].Attempt?.Outcome is Outcome.Fenced && d.From.Steps[id].Attempt is { IsOpen: true });
        return !closed
            || d.To.Stop is { Force: true } or { Fence: FenceAt.Now }
            || d.From.CleanUpEndsAt <= Clock.Now
            || (d.From.IsCleaningUp && d.To.Stop!.SkipsCleanUp)
            || (d.From.CleanUpEndsAt is null && d.To.Stop!.GraceEndsAt + Clock.Rules.ProofWindow <= Clock.Now);
    }

    static bool TellsHolders(Decided d)
    {
        var told = d.Change.Effects.OfType<SendStop>().Select(stop => stop.Attempt.Fence).ToHashSet();
        return d.From.Steps.Values.All(step => step is not { State: StepState.Active, Attempt: { } attempt } || told.Contains(attempt.Fence)
            || !(d.Command is RequestStop or EscalateStop && !d.From.IsCleaningUp || d.To.Steps[step.Id].Attempt is { Outcome: Outcome.Fenced }));
    }

    static bool WritesReceipts(Decided d)
    {
        var entries = d.Change.Effects.OfType<ReceiptEntry>().ToList();
        if (JustEnded(d))
            return entries.Count == (d.To.Stop is null ? 0 : 1) && entries.TrueForAll(entry => entry.Kind is ReceiptEntryKind.Ended && entry.Verdict == d.To.Verdict);
        return entries.Count == (d.From is { HasEnded: true, Stop: not null } ? 1 : 0) && entries.TrueForAll(entry => entry.Kind is ReceiptEntryKind.Proved);
    }

    static bool JustEnded(Decided d) => d.To.HasEnded && !d.From.HasEnded;
    static bool Owes(Decided d, DutyKind kind) => d.Change.Effects.OfType<Duty>().Any(duty => duty.Kind == kind);
}
