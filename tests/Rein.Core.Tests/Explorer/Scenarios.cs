using System.Collections.Immutable;

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

    const string Delayed = """
        {"nodes":{
          "root":{"type":"manual","children":["wait"]},
          "wait":{"type":"delay","payload":{"delayMs":1000},"children":["work"]},
          "work":{"type":"noop","payload":{"maxAttempts":2,"backoff":{"initialSeconds":2,"jitter":0}},"children":["rest"]},
          "rest":{"type":"delay","payload":{"delayMs":1000}},
          "tidy":{"type":"log","payload":{"finally":true,"message":"{{root.result.name}}"}}}}
        """;

    const string Calling = """{"nodes":{"root":{"type":"manual","children":["call"]},"call":{"type":"noop"}}}""";

    public static ImmutableArray<Scenario> All { get; } =
    [
        new("two runs under a limit of 1", [Scenario.Start(1, "first", Work) with { LimitKeys = ["key"] }, Scenario.Start(2, "second", Work) with { LimitKeys = ["key"] }], Tries: 2)
        {
            Started = 2, Limit = 1, DoublesMessages = false, SaysWhatItHeard = false, Stops = ["stop (Manual, grace 0 s)"],
        },
        new("a run with clean-up", [Scenario.Start(1, "clean-up", WithCleanUp, """{"name":"x"}""")], Tries: 3)
        {
            Stops = ["stop (Manual, grace 0 s)", "stop (Manual, grace 2 s)", "stop (Manual, fence now)", "stop (Manual, force)", "stop (Panic, grace 1 s)"],
            HasPause = true, HasReturns = true, LeavesResiduals = true,
        },
        new("a branch and a join", [Scenario.Start(1, "join", Joined, """{"go":true}""")], Tries: 2)
        {
            HasPause = true, HasReturns = true,
        },
        new("a parent and a child it awaits", [Scenario.Start(1, "parent", Calling), Scenario.Start(2, "child", Work) with { Parent = Scenario.Start(1, "parent", Calling).Run, ParentStep = "call" }], Tries: 1)
        {
            AwaitedBy = "call", Stops = ["stop (Manual, grace 0 s)", "stop (Manual, grace 1 s)", "stop (Manual, force)"], HasPause = true,
        },
        new("a parent and a child that nobody awaits", [Scenario.Start(1, "parent", Calling), Scenario.Start(2, "child", Calling) with { Parent = Scenario.Start(1, "parent", Calling).Run }], Tries: 1)
        {
            HasReturns = true,
        },
        new("delays and deadlines", [Scenario.Start(1, "delay", Delayed, """{"name":"x"}""") with { Deadline = 3 * Clock.Second, QueueTtl = 2 * Clock.Second }], Tries: 3)
        {
            HasPause = true, HasReturns = true, LosesMessages = true, LeavesResiduals = true,
        },
    ];
}
