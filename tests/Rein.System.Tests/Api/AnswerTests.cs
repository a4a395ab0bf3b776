using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class AnswerTests(TestServer server) : IClassFixture<TestServer>
{
    Task<RunDocument> Start(string nodes) => server.Client.StartInline(new() { Definition = JsonElement.Parse($$"""{ "nodes": { {{nodes}} } }""") }, cancel: Cancel);

    Task<RunDocument> StartAsking(string more = "") => Start(
        $$"""
        "root": { "type": "manual", "children": ["ask"] },
        "ask": { "type": "approval", "payload": { "message": "pay 7?"{{more}} }, "children": ["work", "refund"] },
        "work": { "type": "noop" }, "refund": { "type": "log", "branch": "rejected", "payload": { "message": "{{"{{ask.result.note}}"}}" } }
        """);

    Task<RunDocument> StartWaiting() => Start(
        """
        "root": { "type": "manual", "children": ["news"] }, "news": { "type": "wait", "children": ["say"] },
        "say": { "type": "log", "payload": { "message": "{{news.result.data.paid}}" } }
        """);

    async Task<RunDocument> End(RunDocument run)
    {
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        return await server.Client.ReadRun(run.Id, cancel: Cancel);
    }

    [Fact]
    public async Task What_a_run_asks_is_read_in_its_step_and_an_approval_lets_it_go_on()
    {
        var run = await StartAsking();
        var asking = await server.Client.ReadRun(run.Id, cancel: Cancel);
        Assert.Equal(("waiting", "pay 7?"), (asking.State, Assert.Single(asking.Steps!).Result!.Value.GetProperty("message").GetString()));
        var reply = await server.Client.Approve(run.Id, "ask", "fine", Cancel);
        Assert.Equal(("done", "approved"), (reply.Answer, reply.Step.Result!.Value.GetProperty("branch").GetString()));
        var ended = await End(run);
        Assert.Equal(("succeeded", "completed"), (ended.State, ended.Cause));
        var line = (await server.Client.ReadEvents(run.Id, cancel: Cancel)).Events.SelectMany(change => change.Lines).Single(line => line.Kind == "step_answered");
        Assert.Equal(("ask", "approved", "key:admin", "fine"), (line.Step, line.Branch, line.Actor, line.Reason));
    }

    [Fact]
    public async Task A_rejection_takes_its_branch_and_the_first_answer_counts()
    {
        var run = await StartAsking();
        Assert.Equal("done", (await server.Client.Reject(run.Id, "ask", "too much", Cancel)).Answer);
        // Only the log is written below it: the run is over in the same commit, and whoever lost the reply may ask again.
        await Refused.With(ProblemCodes.StepAnswered, () => server.Client.Approve(run.Id, "ask", cancel: Cancel));
        Assert.Equal("already_done", (await server.Client.Reject(run.Id, "ask", cancel: Cancel)).Answer);
        Assert.Equal("too much", (await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Single().Text.TrimEnd());
    }

    [Fact]
    public async Task A_rejection_that_no_child_asks_for_is_a_failure_which_a_node_may_tolerate()
    {
        foreach (var (policy, state, cause) in new[] { ("fail", "failed", "error"), ("continue", "succeeded", "partial") })
        {
            var run = await Start($$"""
                "root": { "type": "manual", "children": ["ask"] },
                "ask": { "type": "approval", "payload": { "message": "go?", "onFailure": "{{policy}}" }, "children": ["work"] }, "work": { "type": "noop" }
                """);
            await server.Client.Reject(run.Id, "ask", "no", Cancel);
            var ended = await End(run);
            Assert.Equal((state, cause), (ended.State, ended.Cause));
            Assert.Equal(policy is "continue", ended.Steps!.Any(step => step is { Id: "work", State: "succeeded" }));
        }
    }

    [Fact]
    public async Task The_same_answer_again_is_no_mistake_and_another_is_refused_with_who_gave_the_first()
    {
        var run = await Start(
            """
            "root": { "type": "manual", "children": ["ask", "hold"] }, "hold": { "type": "hold" },
            "ask": { "type": "approval", "payload": { "message": "go?" } }
            """);
        await server.Client.Approve(run.Id, "ask", cancel: Cancel);
        Assert.Equal("already_done", (await server.Client.Approve(run.Id, "ask", cancel: Cancel)).Answer);
        var refused = await Refused.With(ProblemCodes.StepAnswered, () => server.Client.Reject(run.Id, "ask", cancel: Cancel));
        Assert.Contains("key:admin: approved", refused.Detail, StringComparison.Ordinal);
        await server.Client.Stop(run.Id, new() { Force = true }, cancel: Cancel);
        Assert.Equal("already_done", (await server.Client.Approve(run.Id, "ask", cancel: Cancel)).Answer);
    }

    [Fact]
    public async Task Only_a_key_that_the_node_names_may_answer()
    {
        var run = await StartAsking(""", "approvers": ["cfo"]""");
        await Refused.With(ProblemCodes.NotAnApprover, () => server.Client.Approve(run.Id, "ask", cancel: Cancel));
        await Refused.With(ProblemCodes.NotAnApprover, () => server.Client.Reject(run.Id, "ask", "no", Cancel));
        using var cfo = server.Connect((await server.Client.CreateKey(new() { Name = "cfo", Scopes = ["start"] }, Cancel)).Key!);
        Assert.Equal("key:cfo", (await cfo.Approve(run.Id, "ask", cancel: Cancel)).Step.Result!.Value.GetProperty("by").GetString());
    }

    [Fact]
    public async Task A_step_that_does_not_ask_is_named_and_one_that_has_not_begun_to_is_not_answered()
    {
        var run = await Start(
            """
            "root": { "type": "manual", "children": ["hold"] }, "hold": { "type": "hold", "children": ["ask"] },
            "ask": { "type": "approval", "payload": { "message": "go?" } }
            """);
        await Refused.With(ProblemCodes.StepNotFound, () => server.Client.Approve(run.Id, "hold", cancel: Cancel));
        await Refused.With(ProblemCodes.StepNotFound, () => server.Client.Signal(run.Id, "ask", cancel: Cancel));
        await Refused.With(ProblemCodes.NotNow, () => server.Client.Approve(run.Id, "ask", cancel: Cancel));
        await server.Client.Stop(run.Id, new() { Force = true }, cancel: Cancel);
    }

    [Fact]
    public async Task What_comes_with_a_signal_is_read_by_the_steps_below()
    {
        var run = await StartWaiting();
        await server.Client.Signal(run.Id, "news", JsonElement.Parse("""{ "paid": "seven" }"""), Cancel);
        Assert.Equal("succeeded", (await End(run)).State);
        Assert.Equal("seven", (await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Single().Text.TrimEnd());
    }

    [Fact]
    public async Task What_waits_for_an_answer_is_stopped_at_once_and_never_started()
    {
        var run = await StartWaiting();
        var reply = await server.Client.Stop(run.Id, cancel: Cancel);
        Assert.Equal(("stopped", true, "never_started"), (reply.Answer, reply.IsGone, reply.Stop!.Verdict));
        await Refused.With(ProblemCodes.RunEnded, () => server.Client.Signal(run.Id, "news", cancel: Cancel));
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_takes_its_other_branch_by_itself()
    {
        var run = await Start(
            """
            "root": { "type": "manual", "children": ["news"] }, "news": { "type": "wait", "payload": { "timeoutMs": 20 }, "children": ["late"] },
            "late": { "type": "log", "branch": "timed_out", "payload": { "message": "nobody came" } }
            """);
        Assert.Equal("succeeded", (await End(run)).State);
        Assert.Equal("nobody came", (await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Single().Text.TrimEnd());
    }

    [Fact]
    public async Task Behind_a_time_that_is_up_nobody_is_heard_and_once_the_run_is_over_that_is_what_is_said()
    {
        var run = await Start(
            """
            "root": { "type": "manual", "children": ["ask", "news", "other"] }, "other": { "type": "approval", "payload": { "message": "and this?" } },
            "ask": { "type": "approval", "payload": { "message": "pay 7?", "timeoutMs": 20 }, "children": ["forget"] },
            "forget": { "type": "log", "branch": "expired", "payload": { "message": "{{ask.result.branch}}" } },
            "news": { "type": "wait", "payload": { "timeoutMs": 20 }, "children": ["late"] },
            "late": { "type": "log", "branch": "timed_out", "payload": { "message": "{{news.result.branch}}" } }
            """);
        await Until(run, now => now.Steps!.Count(step => step.State == "succeeded") == 4);

        Assert.Equal("The step 'ask' has ended without an answer: expired.", (await Refused.With(ProblemCodes.StepAnswered, () => server.Client.Approve(run.Id, "ask", cancel: Cancel))).Detail);
        await Refused.With(ProblemCodes.StepAnswered, () => server.Client.Reject(run.Id, "ask", cancel: Cancel));
        Assert.Equal("The step 'news' has ended without an answer: timed_out.", (await Refused.With(ProblemCodes.StepAnswered, () => server.Client.Signal(run.Id, "news", cancel: Cancel))).Detail);
        await Refused.With(ProblemCodes.StepAnswered, await Signal(run.Id, Secret(run.Id)));

        await server.Client.Approve(run.Id, "other", cancel: Cancel);
        Assert.Equal("succeeded", (await End(run)).State);
        await Refused.With(ProblemCodes.RunEnded, () => server.Client.Approve(run.Id, "ask", cancel: Cancel));
        await Refused.With(ProblemCodes.RunEnded, await Signal(run.Id, Secret(run.Id)));
    }

    [Fact]
    public async Task A_second_signal_is_shown_what_came_with_the_first_whoever_sends_it()
    {
        var run = await StartWaiting();
        Assert.Equal("done", (await server.Client.Signal(run.Id, "news", JsonElement.Parse("""{ "paid": "seven" }"""), Cancel)).Answer);
        var again = await server.Client.Signal(run.Id, "news", JsonElement.Parse("""{ "paid": "eight" }"""), Cancel);
        Assert.Equal(("already_done", "seven", "key:admin"), (again.Answer, Paid(again), again.Step.Result!.Value.GetProperty("by").GetString()));
        using var called = await Signal(run.Id, Secret(run.Id));
        var back = (await called.Content.ReadFromJsonAsync(ProtocolJson.Default.StepReply, Cancel))!;
        Assert.Equal(("already_done", "seven", "succeeded"), (back.Answer, Paid(back), back.State));
    }

    static string? Paid(StepReply reply) => reply.Step.Result!.Value.GetProperty("data").GetProperty("paid").GetString();

    [Fact]
    public async Task What_is_being_stopped_takes_no_answer()
    {
        var run = await Start(
            """
            "root": { "type": "manual", "children": ["deaf", "ask", "news"] }, "deaf": { "type": "deaf" }, "news": { "type": "wait" },
            "ask": { "type": "approval", "payload": { "message": "go?" } }
            """);
        await Until(run, now => now.Steps!.Any(step => step is { Id: "deaf", State: "active" }));
        Assert.Equal("asked", (await server.Client.Stop(run.Id, new() { GraceSeconds = 600 }, cancel: Cancel)).Answer);

        await Refused.With(ProblemCodes.RunStopping, () => server.Client.Approve(run.Id, "ask", cancel: Cancel));
        await Refused.With(ProblemCodes.RunStopping, () => server.Client.Reject(run.Id, "ask", cancel: Cancel));
        await Refused.With(ProblemCodes.RunStopping, () => server.Client.Signal(run.Id, "news", cancel: Cancel));
        await Refused.With(ProblemCodes.RunStopping, await Signal(run.Id, Secret(run.Id)));
        await server.Client.Stop(run.Id, new() { Force = true }, cancel: Cancel);
        server.Release();
    }

    [Fact]
    public async Task Under_a_pause_the_first_answer_is_kept_and_a_resume_takes_it_up()
    {
        var run = await StartAsking();
        await server.Client.Pause(run.Id, cancel: Cancel);
        Assert.Equal("done", (await server.Client.Approve(run.Id, "ask", "fine", Cancel)).Answer);
        var paused = await server.Client.ReadRun(run.Id, cancel: Cancel);
        Assert.Equal((true, "waiting"), (paused.IsPaused, Assert.Single(paused.Steps!).State));
        Assert.Equal("already_done", (await server.Client.Approve(run.Id, "ask", "again", Cancel)).Answer);
        await Refused.With(ProblemCodes.StepAnswered, () => server.Client.Reject(run.Id, "ask", cancel: Cancel));

        await server.Client.Resume(run.Id, Cancel);
        var ended = await End(run);
        Assert.Equal(("succeeded", "fine"), (ended.State, ended.Steps!.Single(step => step.Id == "ask").Result!.Value.GetProperty("note").GetString()));
    }

    [Fact]
    public async Task In_the_body_of_a_loop_each_iteration_is_answered_for_itself()
    {
        var run = await Start(
            """
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": ["a", "b"], "width": 2 }, "loopBody": ["ask", "news"] },
            "ask": { "type": "approval", "payload": { "message": "{{$item}}?" } }, "news": { "type": "wait" }
            """);
        var node = await Refused.With(ProblemCodes.StepNotFound, () => server.Client.Approve(run.Id, "ask", cancel: Cancel));
        Assert.Equal("The node 'ask' is in the body of 'each', where each iteration has a step of its own: such as 'ask[0]'.", node.Detail);
        await Refused.With(ProblemCodes.StepNotFound, () => server.Client.Signal(run.Id, "news", cancel: Cancel));
        Assert.Equal("b?", (await server.Client.Approve(run.Id, "ask[1]", cancel: Cancel)).Step.Result!.Value.GetProperty("message").GetString());
        foreach (var step in new[] { "news[0]", "news[1]" })
            await server.Client.Signal(run.Id, step, cancel: Cancel);
        Assert.Equal("done", (await server.Client.Approve(run.Id, "ask[0]", cancel: Cancel)).Answer);
        Assert.Equal("succeeded", (await End(run)).State);
    }

    async Task Until(RunDocument run, Func<RunDocument, bool> isSo)
    {
        var now = await server.Client.ReadRun(run.Id, cancel: Cancel);
        while (!isSo(now))
            now = await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(30), now.Revision, Cancel);
    }

    /// <summary>`leak` says everywhere what it was given; the server masks it there, so that the handed out payload is read by its handler alone.</summary>
    [Fact]
    public async Task Whoever_was_given_the_secret_of_a_step_signals_it_without_a_key_and_nothing_else()
    {
        var given = await Start(
            """
            "root": { "type": "manual", "children": ["tell", "news"] }, "news": { "type": "wait" },
            "tell": { "type": "leak", "payload": { "text": "call back with {{$signals.news}}" } }
            """);
        await foreach (var change in server.Client.Watch(given.Id, cancel: Cancel))
            if (change.Lines.Any(line => line is { Kind: "step_ended", Step: "tell" }))
                break;
        Assert.Equal("call back with ***", string.Concat((await server.Client.ReadLogs(given.Id, cancel: Cancel)).Logs.Select(chunk => chunk.Text)).TrimEnd());

        var other = await StartWaiting();
        await Refused.With(ProblemCodes.WrongSecret, await Signal(other.Id, Secret(given.Id)));
        await Refused.With(ProblemCodes.WrongSecret, await Signal(given.Id, "guessed"));
        await Refused.With(ProblemCodes.Unauthenticated, await Signal(given.Id, null));
        using var done = await Signal(given.Id, Secret(given.Id));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("succeeded", (await End(given)).State);
        await server.Client.Stop(other.Id, cancel: Cancel);
    }

    string Secret(Guid run) => server.Secrets.SignalSecret(run, "news");

    Task<HttpResponseMessage> Signal(Guid run, string? secret) => server.Http.PostAsync(
        $"/v1/runs/{run}/steps/news/signal",
        new StringContent(secret is null ? "{}" : $$"""{ "secret": "{{secret}}", "data": 1 }""", Encoding.UTF8, "application/json"),
        Cancel);
}
