using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Tests.Explorer;

/// <summary>The small scopes that together hold every kind of race the engine knows.</summary>
static class Scenarios
{
    const string Work = """{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"noop","payload":{"maxAttempts":2,"backoff":{"initialSeconds":1,"jitter":0}}}}}""";

    const string WithCleanUp = """
        {"nodes":{
          "root":{"type":"manual","children":["work"]},
          "work":{"type":"noop","payload":{"maxAttempts":2,"backoff":{"initialSeconds":1,"jitter":0}}},
          "tidy":{"type":"noop","payload":{"finally":true,"maxAttempts":2},"children":["note"]},
          "say":{"type":"log","payload":{"finally":true,"message":"{{root.result.name}}"},"children":["note"]},
          "note":{"type":"log","payload":{"finally":true,"message":"{{work.result.ok || true}}"}}}}
        """;

    const string Joined = """
        {"nodes":{
          "root":{"type":"manual","children":["left","ask"]},
          "left":{"type":"noop","payload":{"onFailure":"continue"},"children":["check"]},
          "check":{"type":"if","payload":{"condition":{"left":"{{left.result.ok}}","op":"exists"}},"children":["both"]},
          "ask":{"type":"if","payload":{"condition":{"left":"{{root.result.go}}","op":"eq","right":true}},"children":["say","other"]},
          "say":{"type":"log","branch":"then","payload":{"message":"{{root.result.go}}"},"children":["both"]},
          "other":{"type":"log","branch":"else","payload":{"message":"no"},"children":["both"]},
          "both":{"type":"noop","branch":"then","payload":{"maxAttempts":2}}}}
        """;

    const string Both = """
        {"nodes":{
          "root":{"type":"manual","children":["a","b"]},
          "a":{"type":"noop","children":["both"]},
          "b":{"type":"noop","children":["both"]},
          "both":{"type":"noop"}}}
        """;

    const string InSeries = """
        {"nodes":{
          "root":{"type":"manual","children":["a","b"]},
          "a":{"type":"noop","payload":{"onFailure":"continue"},"children":["both"]},
          "b":{"type":"noop","children":["both"]},
          "both":{"type":"log","payload":{"message":"{{a.result.ok || 0}} {{root.result.name}}"},"children":["c","d"]},
          "c":{"type":"log","payload":{"message":"{{b.result.ok || 0}}"},"children":["end"]},
          "d":{"type":"log","payload":{"message":"d"},"children":["end"]},
          "end":{"type":"log","payload":{"message":"{{b.result.ok || 0}} {{a.result.ok || 0}}"}}}}
        """;

    const string Delayed = """
        {"nodes":{
          "root":{"type":"manual","children":["wait"]},
          "wait":{"type":"delay","payload":{"delayMs":1000},"children":["work"]},
          "work":{"type":"noop","payload":{"maxAttempts":2,"backoff":{"initialSeconds":2,"jitter":0}},"children":["rest"]},
          "rest":{"type":"delay","payload":{"delayMs":1000}},
          "tidy":{"type":"log","payload":{"finally":true,"message":"{{root.result.name}}"},"children":["settle"]},
          "settle":{"type":"delay","payload":{"finally":true,"delayMs":1000}}}}
        """;

    const string Asking = """
        {"nodes":{
          "root":{"type":"manual","children":["ask"]},
          "ask":{"type":"approval","payload":{"message":"go on with {{root.result.name}}?","timeoutMs":1000},"children":["news","late"]},
          "late":{"type":"log","branch":"expired","payload":{"message":"{{ask.result.branch}}"}},
          "news":{"type":"wait","payload":{"timeoutMs":2000},"children":["work","nothing"]},
          "work":{"type":"noop","branch":"resumed"},
          "nothing":{"type":"log","branch":"timed_out","payload":{"message":"{{news.result.data.ok || false}}"}},
          "sure":{"type":"approval","payload":{"finally":true,"message":"tidied?"}}}}
        """;

    const string Looping = """
        {"nodes":{
          "root":{"type":"manual","children":["each"]},
          "each":{"type":"for-each","payload":{"items":[1,2,3],"width":2},"loopBody":["work"],"children":["then"]},
          "work":{"type":"noop","children":["say"]},
          "say":{"type":"log","payload":{"message":"{{$item}} {{work.result.ok}} {{root.result.name}}"}},
          "then":{"type":"log","payload":{"message":"{{each.result.results}}"}},
          "tidy":{"type":"log","payload":{"finally":true,"message":"{{each.result.total || 0}}"}}}}
        """;

    const string LoopingOn = """
        {"nodes":{
          "root":{"type":"manual","children":["each"]},
          "each":{"type":"for-each","payload":{"items":[1,2],"width":2,"onFailure":"continue"},"loopBody":["ask"]},
          "ask":{"type":"if","payload":{"condition":{"left":"{{$item}}","op":"eq","right":2}},"children":["rest","work"]},
          "rest":{"type":"delay","branch":"then","payload":{"delayMs":1000},"children":["both"]},
          "work":{"type":"noop","branch":"else","payload":{"maxAttempts":2,"backoff":{"initialSeconds":1,"jitter":0}},"children":["both","last"]},
          "both":{"type":"log","payload":{"message":"{{$index}}"}},
          "last":{"type":"log","payload":{"message":"{{work.result.ok}}"}}}}
        """;

    const string Calling = """{"nodes":{"root":{"type":"manual","children":["call"]},"call":{"type":"noop"}}}""";

    const string CallingRuns = """{"nodes":{"root":{"type":"manual","children":["call"]},"call":{"type":"workflow","payload":{"workflow":"child"},"children":["then"]},"then":{"type":"noop"}}}""";

    public static ImmutableArray<Scenario> All { get; } =
    [
        new("two runs under a limit of 1", [Limited(1), Limited(2) with { QueueTtl = Clock.Second }], Tries: 2)
        {
            Started = 2, Limit = 1, FramesAreAtOnce = true, Stops = ["stop (Manual, grace 0 s)"],
        },
        new("a run with clean-up", [WithTidying(1)], Tries: 2)
        {
            Stops = ["stop (Manual, grace 0 s)", "stop (Manual, fence now)", "stop (Panic, grace 1 s)"], FramesAreAtOnce = true, LeavesResiduals = true,
        },
        new("a run with clean-up and pauses", [WithTidying(1)], Tries: 2) { FramesAreAtOnce = true, HasPause = true },
        new("a branch and a join", [Scenario.Start(1, "join", Joined, """{"go":true}""")], Tries: 2)
        {
            HasPause = true, FramesAreAtOnce = true, SaysWhatItHeard = true,
        },
        new("a join behind two that may fail", [Scenario.Start(1, "join", Both)], Tries: 1) { FramesAreAtOnce = true, Stops = ["stop (Manual, grace 0 s)"] },
        new("joins in series", [Scenario.Start(1, "series", InSeries, """{"name":"x"}""")], Tries: 1)
        {
            FramesAreAtOnce = true, HasPause = true, Stops = ["stop (Manual, grace 0 s)"],
        },
        new("a parent and a child it awaits", [Scenario.Start(1, "parent", Calling), ChildOf1("call")], Tries: 1)
        {
            StartedBy = "call", FramesAreAtOnce = true, HasPause = true, Stops = ["stop (Manual, grace 0 s)", "stop (Manual, force)"],
        },
        new("a step that is a run of its own", [Scenario.Start(1, "parent", CallingRuns), ChildOf1("call")], Tries: 1)
        {
            StartedBy = "call", FramesAreAtOnce = true, HasPause = true, Stops = ["stop (Manual, grace 0 s)", "stop (Manual, force)"],
        },
        new("a step that starts a run and lets it be", [Scenario.Start(1, "parent", CallingRuns), ChildOf1(null) with { IsDetached = true }], Tries: 1)
        {
            StartedBy = "call", FramesAreAtOnce = true, HasPause = true, Stops = ["stop (Manual, grace 0 s)", "stop (Manual, force)"],
        },
        new("a parent and a child that nobody awaits", [Scenario.Start(1, "parent", Calling), ChildOf1(null)], Tries: 1) { FramesAreAtOnce = true },
        new("frames and reports lost, doubled and overtaken", [Scenario.Start(1, "one", Work)], Tries: 2)
        {
            LosesMessages = true, DoublesMessages = true, HasReturns = true, Stops = ["stop (Manual, grace 0 s)", "stop (Manual, force)"],
        },
        new("delays and deadlines", [Scenario.Start(1, "delay", Delayed, """{"name":"x"}""") with { Deadline = 3 * Clock.Second, QueueTtl = 2 * Clock.Second }], Tries: 2)
        {
            HasPause = true, FramesAreAtOnce = true,
        },
        new("answers from outside, and none in time", [Scenario.Start(1, "asking", Asking, """{"name":"x"}""")], Tries: 1) { FramesAreAtOnce = true, HasPause = true },
        new("a loop of three, two at once", [Scenario.Start(1, "loop", Looping, """{"name":"x"}""")], Tries: 1) { FramesAreAtOnce = true },
        new("a loop and pauses", [Scenario.Start(1, "loop", Looping.Replace("[1,2,3]", "[1,2]"), """{"name":"x"}""")], Tries: 1)
        {
            FramesAreAtOnce = true, HasPause = true, Stops = ["stop (Manual, grace 0 s)"],
        },
        new("a loop that goes on nevertheless", [Scenario.Start(1, "loop", LoopingOn)], Tries: 2) { FramesAreAtOnce = true, Stops = ["stop (Manual, grace 0 s)"] },
        new("a run that keeps what another has done, under a limit of 1", [Limited(1), Repeating(2)], Tries: 1)
        {
            Started = 2, Limit = 1, FramesAreAtOnce = true, HasPause = true, Stops = ["stop (Manual, grace 0 s)"],
        },
        new("a budget that time and reports use up", [Scenario.Start(1, "budget", Work) with { Budget = 2 * Credit.One }], Tries: 2)
        {
            FramesAreAtOnce = true, DoublesMessages = true, LosesMessages = true, HasReturns = true, SaysWhatItUsed = true, Stops = ["stop (Manual, grace 0 s)"],
        },
    ];

    /// <summary>With everything switched on: to be walked through, not to be explored.</summary>
    public static ImmutableArray<Scenario> Wide { get; } =
    [
        Everything("two runs under a limit of 1, at random", [Limited(1), Limited(2) with { Deadline = 8 * Clock.Second, OnConflict = OnConflict.Supersede }], tries: 8) with { Started = 2, Limit = 1 },
        Everything("clean-up, at random", [WithTidying(1) with { Deadline = 9 * Clock.Second }], tries: 4),
        Everything("a budget and clean-up, at random", [WithTidying(1) with { Budget = 3 * Credit.One }], tries: 4),
        Everything("a join, at random", [Scenario.Start(1, "join", Joined, """{"go":true}""")], tries: 4),
        Everything("delays, at random", [Scenario.Start(1, "delay", Delayed, """{"name":"x"}""")], tries: 8),
        Everything("a step that is a run, at random", [Scenario.Start(1, "parent", CallingRuns), ChildOf1("call")], tries: 4) with { StartedBy = "call" },
        Everything("a loop, at random", [Scenario.Start(1, "loop", Looping, """{"name":"x"}""")], tries: 2),
        Everything("answers, at random", [Scenario.Start(1, "asking", Asking, """{"name":"x"}""")], tries: 2),
        Everything("a family, at random", [Scenario.Start(1, "parent", Calling), ChildOf1("call")], tries: 8) with { StartedBy = "call" },
    ];

    static Scenario Everything(string name, ImmutableArray<StartRun> runs, int tries) => new(name, runs, tries)
    {
        Stops = ["stop (Manual, grace 0 s)", "stop (Manual, grace 2 s)", "stop (Manual, fence now)", "stop (Manual, force)", "stop (Panic, grace 1 s)"],
        HasPause = true, HasReturns = true, LosesMessages = true, DoublesMessages = true, LeavesResiduals = true, SaysWhatItHeard = true,
        SaysWhatItUsed = true,
    };

    static StartRun Limited(int number) => Scenario.Start(number, "limited", Work) with { LimitKeys = ["key"] };
    /// <summary>Its left side was done, and what that led to; of the right one nothing. The limit is its own, and taken or not.</summary>
    static StartRun Repeating(int number) => Scenario.Start(number, "repeating", Joined, """{"go":true}""") with
    {
        LimitKeys = ["key"],
        Kept = new[]
        {
            new Step { Id = "left", State = StepState.Succeeded, Result = """{"ok":true}"""u8.ToArray() },
            new Step { Id = "check", State = StepState.Succeeded, Result = """{"branch":"then"}"""u8.ToArray() },
            new Step { Id = "both", State = StepState.Succeeded },
        }.ToImmutableDictionary(step => step.Id),
    };

    static StartRun WithTidying(int number) => Scenario.Start(number, "clean-up", WithCleanUp, """{"name":"x"}""");

    static StartRun ChildOf1(string? step) =>
        Scenario.Start(2, "child", Work) with { Parent = Scenario.Start(1, "parent", Calling).Run, ParentStep = step };
}
