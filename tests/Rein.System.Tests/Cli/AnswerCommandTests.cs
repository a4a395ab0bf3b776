using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Cli;

/// <summary>`approve`, `reject`, `signal`, `pause` and `resume`: what they say and how they end.</summary>
public sealed class AnswerCommandTests : IClassFixture<TestServer>, IDisposable
{
    readonly TestServer server;
    readonly TestCli cli = new();

    public AnswerCommandTests(TestServer server)
    {
        this.server = server;
        (cli.Environment["REIN_URL"], cli.Environment["REIN_KEY"]) = (server.Url, server.Key);
    }

    async Task<string> Start(string nodes) =>
        (await server.Client.StartInline(new() { Definition = JsonElement.Parse($$"""{ "nodes": { {{nodes}} } }""") }, cancel: Cancel)).Id.ToString();

    /// <summary>It waits for all of this, and for `other` in any case.</summary>
    Task<string> StartWaiting() => Start("""
        "root": { "type": "manual", "children": ["ask", "theirs", "news", "other"] }, "other": { "type": "wait" }, "news": { "type": "wait" },
        "ask": { "type": "approval", "payload": { "message": "pay 7?" } },
        "theirs": { "type": "approval", "payload": { "message": "pay 700?", "approvers": ["cfo"] } }
        """);

    [Fact]
    public async Task A_signal_is_taken_once_and_the_next_is_told_of_the_first()
    {
        var run = await StartWaiting();
        Assert.Equal((0, "news: done; the run is waiting"), Seen(await cli.Run("signal", run, "news", "--data", """{"paid":7}""")));
        Assert.Equal((0, "news: had been answered so before; the run is waiting"), Seen(await cli.Run("signal", run, "news")));
        var again = await cli.Run("signal", run, "news", "--data", "8", "--json");
        var reply = JsonSerializer.Deserialize(again.Output, ProtocolJson.Default.StepReply)!;
        Assert.Equal((0, "already_done", 7), (again.Code, reply.Answer, reply.Step.Result!.Value.GetProperty("data").GetProperty("paid").GetInt32()));
        await server.Client.Stop(Guid.Parse(run), cancel: Cancel);
    }

    [Fact]
    public async Task A_contradiction_and_who_may_not_answer_are_refused()
    {
        var run = await StartWaiting();
        Assert.Equal((0, "ask: done; the run is waiting"), Seen(await cli.Run("reject", run, "ask", "--note", "too much")));
        Assert.Equal((7, "The step 'ask' was answered by key:admin: rejected. (step_answered)"), Refusal(await cli.Run("approve", run, "ask")));
        var theirs = await cli.Run("approve", run, "theirs");
        Assert.Equal((7, ""), (theirs.Code, theirs.Output));
        Assert.Contains("key:cfo", theirs.Errors);
        await server.Client.Stop(Guid.Parse(run), cancel: Cancel);
    }

    [Fact]
    public async Task What_is_no_JSON_is_not_sent_and_what_waits_for_no_signal_is_said()
    {
        var run = await StartWaiting();
        var broken = await cli.Run("signal", run, "news", "--data", "{");
        Assert.Equal((2, ""), (broken.Code, broken.Output));
        Assert.StartsWith("--data is no JSON: ", broken.Errors, StringComparison.Ordinal);
        Assert.Equal((4, "The run has no step 'ask' that waits for this. (step_not_found)"), Refusal(await cli.Run("signal", run, "ask")));
        await server.Client.Stop(Guid.Parse(run), cancel: Cancel);
        Assert.Equal((7, $"The run {run} has ended: stopped. (run_ended)"), Refusal(await cli.Run("signal", run, "news")));
    }

    [Fact]
    public async Task A_late_answer_is_refused_and_an_iteration_is_named_by_its_number()
    {
        var run = await Start("""
            "root": { "type": "manual", "children": ["each", "brief"] },
            "brief": { "type": "approval", "payload": { "message": "now?", "timeoutMs": 1, "onFailure": "continue" } },
            "each": { "type": "for-each", "payload": { "items": ["a", "b"], "width": 2 }, "loopBody": ["ask"] },
            "ask": { "type": "approval", "payload": { "message": "{{$item}}?" } }
            """);
        Assert.Equal((0, "ask[1]: done; the run is waiting"), Seen(await cli.Run("approve", run, "ask[1]")));
        await foreach (var change in server.Client.Watch(Guid.Parse(run), cancel: Cancel))
            if (change.Lines.Any(line => line is { Kind: "step_ended", Step: "brief" }))
                break;
        Assert.Equal((7, "The step 'brief' has ended without an answer: expired. (step_answered)"), Refusal(await cli.Run("approve", run, "brief")));
        await server.Client.Stop(Guid.Parse(run), cancel: Cancel);
    }

    [Fact]
    public async Task A_run_is_paused_and_goes_on_and_what_has_ended_does_neither()
    {
        var run = await StartWaiting();
        Assert.Equal((0, "paused; the run is waiting"), Seen(await cli.Run("pause", run, "--reason", "lunch")));
        Assert.Equal("lunch", (await server.Client.ReadRun(Guid.Parse(run), cancel: Cancel)).Pause!.Reason);
        Assert.Equal((0, "not paused; the run is waiting"), Seen(await cli.Run("resume", run)));
        await server.Client.Stop(Guid.Parse(run), cancel: Cancel);
        Assert.Equal((7, $"The run {run} has ended: stopped. (run_ended)"), Refusal(await cli.Run("pause", run)));
    }

    static (int Code, string Line) Seen(Said said)
    {
        Assert.Equal("", said.Errors);
        return (said.Code, said.Line);
    }

    static (int Code, string Line) Refusal(Said said)
    {
        Assert.Equal("", said.Output);
        return (said.Code, said.Errors.Trim());
    }

    public void Dispose() => cli.Dispose();
}
