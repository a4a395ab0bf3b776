using System.Diagnostics;
using System.Net;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

/// <summary>H11: whether a stop was successful is a thing one can read. H14: 2xx only after the commit. H19: who, why, and whether a person.</summary>
public sealed class StopTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly TimeSpan s_enough = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_run_that_nobody_holds_is_stopped_in_the_answer()
    {
        await server.Client.PutLimit("shut", 0, Cancel);
        var run = await server.Client.StartInline(new() { Definition = Graph("hold"), LimitKey = "shut" }, cancel: Cancel);
        var response = await server.Send(HttpMethod.Post, $"/v1/runs/{run.Id}/stop");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Equal(("never_started", null, 0), (receipt.Verdict, receipt.Rung, receipt.Unproved));
        Assert.Equal(0, receipt.Usage.RunSeconds);
        Assert.Equal(0, receipt.Manifest!.Items);
        Assert.NotNull(receipt.ProvedAt);
    }

    [Fact]
    public async Task A_run_that_executes_is_asked_and_the_wait_ends_when_it_is_gone()
    {
        var run = await server.StartAndBegin("hold");
        var reply = await server.Client.Stop(run.Id, new() { Reason = "too slow" }, s_enough, Cancel);
        Assert.Equal(("asked", true, "stopped"), (reply.Answer, reply.IsGone, reply.State));
        var receipt = reply.Stop!;
        Assert.Equal(("manual", true, "key:admin", "too slow"), (receipt.Origin, receipt.IsManual, receipt.Actor, receipt.Reason));
        Assert.Equal(("exited", 10), (receipt.Verdict, receipt.GraceSeconds));
        Assert.True(receipt.RequestedAt <= receipt.SignalledAt && receipt.SignalledAt <= receipt.HeardAt && receipt.HeardAt <= receipt.EndedAt);
        Assert.Equal((receipt.EndedAt, receipt.EndedAt), (receipt.FencedAt, receipt.ProvedAt));
        Assert.Null(receipt.Progress);
        var request = Assert.Single(receipt.Requests);
        Assert.Equal((1, "asked", "too slow"), (request.Number, request.Answer, request.Reason));
        var attempt = Assert.Single(receipt.Attempts);
        Assert.Equal(("work", 1, "embedded", true), (attempt.Step, attempt.Try, attempt.Worker, attempt.IsProved));
        Assert.Equal("ended", Assert.Single(receipt.Entries).Kind);

        var stopped = await server.Client.ReadRun(run.Id, cancel: Cancel);
        Assert.Equal(("stopped", "manual", "too slow", "key:admin", true), (stopped.State, stopped.Cause, stopped.Stop!.Reason, stopped.Stop.Actor, stopped.Stop.IsManual));
    }

    [Fact]
    public async Task While_a_run_is_stopping_the_receipt_says_who_holds_it_and_what_force_would_lose()
    {
        var run = await server.StartAndBegin("deaf");
        var response = await server.Send(HttpMethod.Post, $"/v1/runs/{run.Id}/stop", """{"graceSeconds":60}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.True((await server.Client.ReadRun(run.Id, cancel: Cancel)).IsStopping);

        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Null(receipt.Verdict);
        var progress = receipt.Progress!;
        Assert.Contains(progress.Stage, new[] { "asked", "grace" });
        Assert.Equal(("work", "embedded"), (Assert.Single(progress.HeldBy).Step, progress.HeldBy[0].Worker));
        Assert.InRange(progress.GraceLeftSeconds!.Value, 20, 60);
        Assert.True(progress.LeftSeconds > progress.GraceLeftSeconds);
        Assert.Equal(1, progress.ForceWouldLose!.Attempts);
        Assert.Contains("embedded", progress.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_is_answered_and_kept_and_the_sharper_one_escalates()
    {
        var run = await server.StartAndBegin("deaf");
        Assert.Equal("asked", (await server.Client.Stop(run.Id, new() { GraceSeconds = 60 }, cancel: Cancel)).Answer);
        Assert.Equal("already_stopping", (await server.Client.Stop(run.Id, new() { GraceSeconds = 90 }, cancel: Cancel)).Answer);
        Assert.Equal("escalated", (await server.Client.Stop(run.Id, new() { GraceSeconds = 50 }, cancel: Cancel)).Answer);
        var forced = await server.Client.Stop(run.Id, new() { Force = true, Reason = "enough" }, cancel: Cancel);
        Assert.Equal(("escalated", "stopped", false, 1), (forced.Answer, forced.State, forced.IsGone, forced.Unproved));
        Assert.Equal(("fenced", "proof"), (forced.Stop!.Verdict, forced.Stop.Progress!.Stage));
        Assert.Equal("embedded", Assert.Single(forced.Stop.Progress.HeldBy).Worker);
        Assert.Equal(["asked", "already_stopping", "escalated", "escalated"], forced.Stop.Requests.Select(request => request.Answer));

        var began = Stopwatch.GetTimestamp();
        var after = await server.Client.Stop(run.Id, wait: TimeSpan.FromMilliseconds(300), cancel: Cancel);
        Assert.Equal(("already_ended", false, 1), (after.Answer, after.IsGone, after.Unproved));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.29, 20);
    }

    [Fact]
    public async Task A_proof_that_comes_after_the_fence_raises_the_verdict()
    {
        await using var own = new TestServer();
        await own.InitializeAsync();
        var run = await own.StartAndBegin("deaf");
        var fenced = await own.Client.Stop(run.Id, new() { Fence = "now" }, cancel: Cancel);
        Assert.Equal(("stopped", "fenced", false), (fenced.Answer, fenced.Stop!.Verdict, fenced.IsGone));
        var waiting = own.Client.Stop(run.Id, wait: s_enough, cancel: Cancel);
        own.Release();
        var gone = await waiting;
        Assert.Equal(("already_ended", true, "exited"), (gone.Answer, gone.IsGone, gone.Stop!.Verdict));
        Assert.Equal(["ended", "proved"], gone.Stop.Entries.Select(entry => entry.Kind));
        Assert.True(gone.Stop.ProvedAt > gone.Stop.EndedAt);
    }

    [Fact]
    public async Task A_stop_of_an_ended_run_changes_nothing()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var reply = await server.Client.Stop(run.Id, wait: s_enough, cancel: Cancel);
        Assert.Equal(("already_ended", "succeeded", true), (reply.Answer, reply.State, reply.IsGone));
        Assert.Null(reply.Stop);
        await Refused.With(ProblemCodes.NotStopped, () => server.Client.ReadReceipt(run.Id, Cancel));
    }

    [Fact]
    public async Task The_grace_is_the_definitions_where_the_request_names_none()
    {
        var run = await server.StartAndBegin("deaf", """, "payload": { "stop": { "graceSeconds": 77 } }""");
        Assert.Equal(77, (await server.Client.Stop(run.Id, cancel: Cancel)).Stop!.GraceSeconds);
    }

    [Fact]
    public async Task An_unknown_run_and_a_foreign_one_are_answered_alike()
    {
        var run = await server.StartAndBegin("hold");
        using var foreign = await server.ConnectForeign();
        var theirs = await Refused.With(ProblemCodes.RunNotFound, () => foreign.Stop(run.Id, cancel: Cancel));
        var unknown = await Refused.With(ProblemCodes.RunNotFound, () => server.Client.Stop(Guid.AllBitsSet, cancel: Cancel));
        Assert.Equal(("not_found", "not_found"), (theirs.Answer, unknown.Answer));
        Assert.False((await server.Client.ReadRun(run.Id, cancel: Cancel)).IsStopping);
    }

    [Fact]
    public async Task A_stop_with_an_empty_body_of_any_type_is_a_stop()
    {
        var run = await server.StartAndBegin("hold");
        var response = await server.Send(HttpMethod.Post, $"/v1/runs/{run.Id}/stop", "", r => r.Content!.Headers.ContentType = new("application/x-www-form-urlencoded"));
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_deadline_is_a_stop_of_the_system_and_says_so()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("hold"), DeadlineSeconds = 0.05 }, cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var stopped = await server.Client.ReadRun(run.Id, cancel: Cancel);
        Assert.Equal(("stopped", "deadline", "deadline", false), (stopped.State, stopped.Cause, stopped.Stop!.Origin, stopped.Stop.IsManual));
        Assert.NotEmpty(stopped.Stop.Actor);
    }

    [Fact]
    public async Task A_refused_stop_stops_nothing()
    {
        var run = await server.StartAndBegin("hold");
        await Refused.With(ProblemCodes.BadField, await server.Send(HttpMethod.Post, $"/v1/runs/{run.Id}/stop", """{"fence":"later"}"""));
        await Refused.With(ProblemCodes.UnknownField, await server.Send(HttpMethod.Post, $"/v1/runs/{run.Id}/stop", """{"forced":true}"""));
        Assert.Null((await server.Client.ReadRun(run.Id, cancel: Cancel)).Stop);
    }
}
