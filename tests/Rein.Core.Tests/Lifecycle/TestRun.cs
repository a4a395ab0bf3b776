using System.Text;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Core.Tests.Explorer;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>One run, decided about for real: every command gets the slice it asks for, and its change is written to rows.</summary>
sealed class TestRun
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    public static readonly Guid Session = new("5e550000-0000-7000-8000-000000000000");
    public static readonly Proof Killed = new(Rung.Killed, 137, "tree", []);
    public static readonly Proof LeftOver = Killed with { Residuals = [new("process", "4711", "uninterruptible")] };

    Rows rows = null!;

    TestRun(StartRun start, bool hasRoom)
    {
        Last = start.Decide(hasRoom, Rules.Default, Now);
        if (Last.Change is { } change)
            rows = Rows.Of(new(null, change, start));
    }

    public static TestRun Start(string definition = Definitions.Tidied, string input = "{}", bool hasRoom = true, Func<StartRun, StartRun>? with = null) =>
        new((with ?? (start => start))(Scenario.Start(1, "test", definition, input)), hasRoom);

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public Run Run => rows.Run;
    public Guid Id => Run.Id;
    public Rows Rows => rows;

    /// <summary>What the last command came to.</summary>
    public Decision Last { get; private set; }

    public Step this[string step] => Run.Steps[step];
    public long Fence(string step) => Run.Steps.GetValueOrDefault(step)?.Attempt?.Fence ?? 1;
    public IEnumerable<T> Effects<T>() => Last.Change?.Effects.OfType<T>() ?? [];
    public IEnumerable<RunEvent> Events(RunEventKind kind) => Last.Change?.Events.Where(line => line.Kind == kind) ?? [];

    public Answer Do(ICommand command)
    {
        (var before, Last) = rows.Decide(command, rows.Load(command.Slice(Run.Definition)), (one, run) => one.Decide(run, Now));
        if (Last.Change is { } change)
            rows = rows.Write(new(before, change));
        return Last.Answer;
    }

    /// <summary>As another version would have written it.</summary>
    public void Rewrite(Func<Run, Run> change) => rows = rows with { Run = change(rows.Run) };

    public TestRun After(double seconds)
    {
        Now += seconds * Second;
        return this;
    }

    public Answer Claim(string step = "a") => Do(new ClaimStep(Id, step, Session, "worker"));

    public Answer End(string step = "a", Outcome outcome = Outcome.Succeeded, Proof? proof = null, long? fence = null, string? error = null, TimeSpan? began = null) =>
        Do(new EndAttempt(Id, step, fence ?? Fence(step), outcome, proof ?? Proof.Nothing, null, error, Jitter: 0) { BeganAgo = began });

    public Answer Lose(string step = "a", long? fence = null) => Do(new LoseAttempt(Id, step, fence ?? Fence(step)));
    public Answer Return(string step = "a", long? fence = null) => Do(new ReturnAttempt(Id, step, fence ?? Fence(step), Proof.Nothing));
    public Answer Hear(string step = "a", long? fence = null, TimeSpan ago = default) => Do(new HearStop(Id, step, fence ?? Fence(step), ago));

    public Answer Use(decimal credits, string step = "a", long? fence = null) => Do(new ReportUsage(Id, step, fence ?? Fence(step), Credit.From(credits)!.Value));

    public Answer Prove(string step = "a", Proof? proof = null, long? fence = null)
    {
        var wanted = fence ?? Fence(step);
        var archived = rows.Archived.FirstOrDefault(entry => entry.Step == step && entry.Attempt.Fence == wanted)?.Attempt;
        return Do(new ProveAttempt(Id, step, wanted, proof ?? Proof.Nothing, archived));
    }

    public Answer Stop(double grace = 10, StopOrigin origin = StopOrigin.Manual, FenceAt fence = FenceAt.End, bool force = false, string reason = "too slow") =>
        Do(new RequestStop(Id, origin, "key:ops", reason, grace * Second, fence, force));

    public Answer Force() => Stop(grace: 0, fence: FenceAt.Now, force: true);
    public Answer Pause() => Do(new PauseRun(Id, "key:ops", "look"));
    public Answer Resume() => Do(new ResumeRun(Id, "key:ops"));
    public Answer Signal(string step = "ask", string? data = null) => Do(new SignalStep(Id, step, data is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(data), "key:ops"));

    public Answer Approve(string step = "ask", bool yes = true, string note = "") => Do(new AnswerApproval(Id, step, yes, note, "key:ops"));

    public Answer Wake(string step) => Do(new WakeStep(Id, step));
    public Answer Escalate() => Do(new EscalateStop(Id));
    public Answer EndCleanUp() => Do(new EndCleanUp(Id));
    public Answer Expire() => Do(new ExpireRun(Id));
    public Answer Admit() => Do(new AdmitRun(Id));
    public Answer StartChild(string? awaiting = null, int number = 7) => Do(new StartChild(Id, Child(awaiting, number)));
    public Answer EndChild(string step = "a", RunState state = RunState.Succeeded, int number = 7) => Do(new EndChild(Id, step, Child(step, number).Run, state));

    public Answer StartDetached(string step, int number = 7) => Do(new StartChild(Id, Child(step, number) with { IsDetached = true }));
    public Answer RefuseChild(string step = "a", string why = "no") => Do(new RefuseChild(Id, step, why));

    static StartRun Child(string? awaiting, int number) => Scenario.Start(number, "child", Scenario.Only) with { ParentStep = awaiting };

    /// <summary>A run that got into a situation in the shortest way; what can be executing is the attempt of the step `a`.</summary>
    public static TestRun In(Situation situation)
    {
        var run = Start(hasRoom: situation is not Situation.Blocked);
        if (situation > Situation.Queued)
            run.Claim();
        switch (situation)
        {
            case Situation.Waiting: run.End(outcome: Outcome.Failed, error: "no"); break;
            case Situation.Paused: run.Pause(); break;
            case Situation.Stopping: run.Stop(); break;
            case Situation.CleaningUp: run.End(); break;
            case Situation.Succeeded: run.End(); run.Claim("tidy"); run.End("tidy"); break;
            case Situation.Failed: run.FailForGood(); break;
            case Situation.Stopped: run.Force(); break;
        }
        return run.Run.Situation() == situation ? run : throw new InvalidOperationException($"it is {run.Run.Situation()} and not {situation}");
    }

    void FailForGood()
    {
        End(outcome: Outcome.Failed, error: "no");
        After(60).Wake("a");
        Claim();
        End(outcome: Outcome.Failed, error: "no");
        Claim("tidy");
        End("tidy");
    }
}

static class Definitions
{
    public const string Tidied = """
        {"nodes":{
          "root":{"type":"manual","children":["a"]},
          "a":{"type":"noop","payload":{"maxAttempts":2,"backoff":{"initialSeconds":5,"jitter":0}}},
          "tidy":{"type":"noop","payload":{"finally":true,"maxAttempts":3}}}}
        """;

    public const string One = """{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop"}}}""";

    public const string Retried =
        """{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","payload":{"maxAttempts":3,"backoff":{"initialSeconds":5,"jitter":0}}}}}""";

    public const string Chain = """{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","children":["b"]},"b":{"type":"noop"}}}""";

    public const string Pair = """{"nodes":{"root":{"type":"manual","children":["a","b"]},"a":{"type":"noop","children":["c"]},"b":{"type":"noop","children":["c"]},"c":{"type":"noop"}}}""";

    public const string Delayed = """{"nodes":{"root":{"type":"manual","children":["wait"]},"wait":{"type":"delay","payload":{"delayMs":5000},"children":["a"]},"a":{"type":"noop"}}}""";

    /// <summary>`a` stands below each branch of a wait of 5 s that it is put below.</summary>
    public const string Waits = """
        {"nodes":{
          "root":{"type":"manual","children":["ask"]},
          "ask":{"type":"wait","payload":{"timeoutMs":5000},"children":["a","b","c"]},
          "a":{"type":"noop","branch":"resumed"}, "b":{"type":"noop","branch":"timed_out"}, "c":{"type":"noop"}}}
        """;

    public const string Asks = """
        {"nodes":{
          "root":{"type":"manual","children":["ask"]},
          "ask":{"type":"approval","payload":{"message":"pay {{root.result.sum}}?","timeoutMs":5000},"children":["a"]}, "a":{"type":"noop"}}}
        """;

    public const string AsksAndMinds = """
        {"nodes":{
          "root":{"type":"manual","children":["ask"]},
          "ask":{"type":"approval","payload":{"message":"pay?","timeoutMs":5000},"children":["a","b","c"]},
          "a":{"type":"noop"}, "b":{"type":"noop","branch":"rejected"}, "c":{"type":"noop","branch":"expired"}}}
        """;

    public const string Calls = """
        {"nodes":{"root":{"type":"manual","children":["call"]},"call":{"type":"workflow","payload":{"workflow":"{{root.result.name}}","input":{"n":1}},"children":["a"]},"a":{"type":"noop"}}}
        """;

    public const string TidyJoin = """
        {"nodes":{
          "root":{"type":"manual","children":["a"]}, "a":{"type":"noop"},
          "left":{"type":"noop","payload":{"finally":true},"children":["both"]}, "right":{"type":"noop","payload":{"finally":true},"children":["both"]},
          "both":{"type":"noop","payload":{"finally":true}}}}
        """;

    public const string TidyReads = """
        {"nodes":{
          "root":{"type":"manual","children":["a"]}, "a":{"type":"noop","payload":{"maxAttempts":2}},
          "note":{"type":"log","payload":{"finally":true,"message":"cleaned {{root.result.name}}"}}}}
        """;
}
