using System.Net;
using System.Net.Sockets;
using System.Text;
using Rein.Core.Runs;
using Rein.System.Tests.Examples;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Hazards;

/// <summary>Steps of every kind as clean-up.</summary>
public sealed class CleanUpKindsTests
{
    /// <summary>It tidies up by a request, and by a script that reads what the request came to.</summary>
    static string Asking(string url) => $$"""
        { "nodes": {
            "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold" },
            "ask": { "type": "http", "payload": { "finally": true, "url": "{{url}}" }, "children": ["sum"] },
            "sum": { "type": "script", "payload": { "finally": true, "language": "python", "input": "{{"{{ask.result.body}}"}}", "code": "return sum(order['price'] for order in input)" } } } }
        """;

    [Fact]
    public async Task A_request_and_a_script_tidy_up_behind_a_stop()
    {
        await using var node = await TestNode.Start(new() { Options = With(cleanUp: TimeSpan.FromMinutes(1)) });
        using var shop = new Shop();
        var run = await Holding(node, Asking(shop.Url));

        await node.Stop(run);

        Assert.Equal((RunState.Stopped, Verdict.Exited), (await node.UntilProved(run)) switch { var ended => (ended.State, ended.Verdict) });
        Assert.Equal("12", await ResultOf(node, run, "sum"));
    }

    /// <summary>None of it would ever end by itself.</summary>
    static string Endless(int port) => $$"""
        { "nodes": {
            "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold" },
            "ask": { "type": "approval", "payload": { "finally": true, "message": "tidied?" } },
            "later": { "type": "delay", "payload": { "finally": true, "delayMs": 3600000 } },
            "call": { "type": "http", "payload": { "finally": true, "url": "http://127.0.0.1:{{port}}/", "timeoutSeconds": 3600 } },
            "spin": { "type": "script", "payload": { "finally": true, "language": "python", "code": "while True: pass", "timeoutSeconds": 3600 } } } }
        """;

    [Fact]
    public async Task What_waits_for_somebody_or_a_time_or_an_answer_or_never_returns_is_cut_when_the_time_for_tidying_up_is_over()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var node = await TestNode.Start(new() { Options = With(cleanUp: TimeSpan.FromMilliseconds(400)) });
        var run = await Holding(node, Endless(((IPEndPoint)silent.LocalEndpoint).Port));

        await node.Stop(run);

        Assert.Equal(RunState.Stopped, (await node.UntilProved(run)).State);
        var steps = await node.Stores.Reader.Steps(run, ["ask", "later", "call", "spin"], TestContext.Current.CancellationToken);
        Assert.Equal(["ask", "call", "later", "spin"], steps.Select(step => step.Id));
        // What a worker executes has a time of its own until then: which of both is first, the worker's end or the server's, is nobody's promise.
        Assert.All(steps, step => Assert.True(step.State is StepState.Stopped || (step is { State: StepState.Failed, Attempt.Outcome: Outcome.TimedOut }), $"{step.Id} has {step.State}"));
        Assert.All(steps, step => Assert.Equal(step.Id is "ask" or "later", step.Attempt is null));
        Assert.Contains(await node.Events(run), line => line.Kind is RunEventKind.CleaningUp);
    }

    static Server.ReinServerOptions With(TimeSpan cleanUp) => NodeSetup.Quick with { Rules = NodeSetup.Quick.Rules with { CleanUpBudget = cleanUp } };

    static async Task<Guid> Holding(TestNode node, string definition)
    {
        var run = await node.StartRun(definition);
        await node.Until(run, now => now.ActiveAttempts == 1);
        return run;
    }

    static async Task<string> ResultOf(TestNode node, Guid run, string step) =>
        Encoding.UTF8.GetString(Assert.Single(await node.Stores.Reader.Steps(run, [step], TestContext.Current.CancellationToken)).Result!.Value.Span);
}
