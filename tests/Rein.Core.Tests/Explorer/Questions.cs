using System.Text;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Tests.Explorer;

/// <summary>Something that can be asked of a run in any state: a command with its arguments, or null where there is no such attempt.</summary>
sealed record Question(string Label, Func<Rows, ICommand?> Command);

/// <summary>Every command with every argument that makes a difference; each of them is asked of every state of a run.</summary>
sealed class Questions
{
    public static readonly Guid Session = new("5e550000-0000-7000-8000-000000000000");

    readonly List<Question> all = [];
    readonly Dictionary<string, int> byLabel = [];
    readonly Dictionary<(string Verb, string Step), int> byStep = [];
    readonly List<Dictionary<string, int>> byAttempt = [];
    readonly Scenario scenario;
    readonly Slots slots;
    readonly Guid run;

    public Questions(Scenario scenario, int number)
    {
        this.scenario = scenario;
        run = scenario.Runs[number].Run;
        slots = scenario.SlotsOf(number);
        AddStops();
        AddTimersAndPeople();
        foreach (var step in Scenario.StepsOf(scenario.Runs[number].Definition))
            AddStep(step);
        for (var slot = 0; slot < slots.Count; slot++)
        {
            byAttempt.Add([]);
            AddAttempt(slot);
        }
    }

    public int Count => all.Count;
    public Question this[int question] => all[question];
    public int Named(string label) => byLabel[label];
    public int OfAttempt(int slot, string how) => byAttempt[slot][how];
    public int OfStep(string verb, string step) => byStep[(verb, step)];

    void AddStops()
    {
        foreach (var origin in new[] { StopOrigin.Manual, StopOrigin.Parent })
        {
            for (var grace = 0; grace <= 2; grace++)
                AddStop($"stop ({origin}, grace {grace} s)", origin, grace, FenceAt.End, force: false);
            AddStop($"stop ({origin}, fence now)", origin, 1, FenceAt.Now, force: false);
            AddStop($"stop ({origin}, force)", origin, 0, FenceAt.Now, force: true);
        }
        AddStop("stop (Panic, grace 1 s)", StopOrigin.Panic, 1, FenceAt.End, force: false);
        AddStop("stop (Superseded, grace 1 s)", StopOrigin.Superseded, 1, FenceAt.End, force: false);
    }

    void AddStop(string label, StopOrigin origin, int grace, FenceAt fence, bool force) =>
        Add(label, new RequestStop(run, origin, "tester", "because", grace * Clock.Second, fence, force));

    void AddTimersAndPeople()
    {
        Add("pause", new PauseRun(run, "tester", "because"));
        Add("resume", new ResumeRun(run, "tester"));
        Add("admit", new AdmitRun(run));
        Add("expire", new ExpireRun(run));
        Add("escalate", new EscalateStop(run));
        Add("end clean-up", new EndCleanUp(run));
        Add("start child", new StartChild(run, scenario.ChildOf(run, awaiting: null)));
        AddForeign("nowhere");
    }

    void AddForeign(string step)
    {
        Add("claim of a foreign step", new ClaimStep(run, step, Session, "worker"));
        Add("end of a foreign attempt", new EndAttempt(run, step, 1, Outcome.Succeeded, Proof.Nothing, null, null, 0));
        Add("loss of a foreign attempt", new LoseAttempt(run, step, 1));
        Add("return of a foreign attempt", new ReturnAttempt(run, step, 1, Proof.Nothing));
        Add("hearing of a foreign attempt", new HearStop(run, step, 1));
        Add("usage of a foreign attempt", new ReportUsage(run, step, 1, Credit.One));
        Add("signal to a foreign step", new SignalStep(run, step, null, "tester"));
        Add("approval of a foreign step", new AnswerApproval(run, step, IsApproved: true, "", "tester"));
        Add("refusal of a foreign child", new RefuseChild(run, step, "no"));
        Add("proof of a foreign attempt", new ProveAttempt(run, step, 1, Proof.Nothing));
    }

    void AddStep(string step)
    {
        byStep[("claim", step)] = all.Count;
        Add($"claim {step}", rows => HasRoom(rows, step) ? new ClaimStep(run, step, Session, "worker") : null);
        byStep[("wake", step)] = all.Count;
        Add($"wake {step}", new WakeStep(run, step));
        if (scenario.Awaits(step))
            AddAnswers(step);
        Add($"start child of {step}", new StartChild(run, scenario.ChildOf(run, awaiting: step)));
        if (scenario.Runs[0].Definition.TryGet(step, out var node) && node.IsCall)
        {
            byStep[("refuse child of", step)] = all.Count;
            Add($"refuse child of {step}", new RefuseChild(run, step, "no"));
        }
        foreach (var state in new[] { RunState.Succeeded, RunState.Failed, RunState.Stopped })
            Add($"child of {step} {state}", new EndChild(run, step, scenario.ChildOf(run, step).Run, state));
    }

    /// <summary>Also those that another kind of step waits for.</summary>
    void AddAnswers(string step)
    {
        byStep[("signal", step)] = all.Count;
        Add($"signal to {step}", new SignalStep(run, step, Result, "tester"));
        byStep[("approve", step)] = all.Count;
        Add($"approve {step}", new AnswerApproval(run, step, IsApproved: true, "", "tester"));
        byStep[("reject", step)] = all.Count;
        Add($"reject {step}", new AnswerApproval(run, step, IsApproved: false, "no", "tester"));
    }

    bool HasRoom(Rows rows, string step) => slots.HasRoomFor((rows.Run.Steps.GetValueOrDefault(step)?.Attempt?.Try ?? 0) + 1);

    void AddAttempt(int slot)
    {
        AddEnd(slot, "succeeded", Outcome.Succeeded, Proof.Nothing);
        AddEnd(slot, "failed", Outcome.Failed, Proof.Nothing);
        AddEnd(slot, "timed out", Outcome.TimedOut, Proofs.Killed);
        AddEnd(slot, "stopped", Outcome.Stopped, Proofs.Asked);
        AddEnd(slot, "killed", Outcome.Stopped, Proofs.Killed);
        AddEnd(slot, "killed with residuals", Outcome.Stopped, Proofs.LeftOver);
        AddEnd(slot, "not started", Outcome.NotStarted, Proof.Nothing);
        Add(slot, "lost", (step, attempt, _) => new LoseAttempt(run, step, attempt.Fence));
        Add(slot, "returned", (step, attempt, _) => new ReturnAttempt(run, step, attempt.Fence, Proof.Nothing));
        Add(slot, "heard", (step, attempt, _) => new HearStop(run, step, attempt.Fence));
        Add(slot, "used one", (step, attempt, _) => new ReportUsage(run, step, attempt.Fence, Credit.One));
        Add(slot, "used two", (step, attempt, _) => new ReportUsage(run, step, attempt.Fence, 2 * Credit.One));
        AddProof(slot, "proved", Proof.Nothing);
        AddProof(slot, "proved killed", Proofs.Killed);
        AddProof(slot, "proved with residuals", Proofs.LeftOver);
    }

    void AddEnd(int slot, string how, Outcome outcome, Proof proof) => Add(slot, how, (step, attempt, _) => new EndAttempt(
        run, step, attempt.Fence, outcome, proof, outcome is Outcome.Succeeded ? Result : null, outcome is Outcome.Failed ? "error" : null, 0));

    static readonly ReadOnlyMemory<byte> Result = Encoding.UTF8.GetBytes("""{"ok":true}""");

    void AddProof(int slot, string how, Proof proof) => Add(slot, how, (step, attempt, rows) =>
        new ProveAttempt(run, step, attempt.Fence, proof, rows.FindArchived(step, attempt.Try)));

    void Add(int slot, string how, Func<string, Attempt, Rows, ICommand> command)
    {
        byAttempt[slot][how] = all.Count;
        Add($"{slots.Name(slot)} {how}", rows =>
            rows.Find(slots.StepOf(slot), slots.TryOf(slot)) is { } attempt ? command(slots.StepOf(slot), attempt, rows) : null);
    }

    void Add(string label, ICommand command) => Add(label, _ => command);

    void Add(string label, Func<Rows, ICommand?> command)
    {
        byLabel.Add(label, all.Count);
        all.Add(new(label, command));
    }
}

static class Proofs
{
    public static readonly Proof Asked = new(Rung.Asked, null, "tree", []);
    public static readonly Proof Killed = new(Rung.Killed, 137, "tree", []);
    public static readonly Proof LeftOver = new(Rung.Killed, 137, "tree", [new("process", "4711", "uninterruptible")]);
}
