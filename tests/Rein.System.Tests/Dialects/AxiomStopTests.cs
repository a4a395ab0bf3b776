using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The stop of axiom.ai as its document shows it, and what it does to a run in every state.</summary>
public sealed class AxiomStopTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_documented_request_stops_the_run_and_the_next_read_says_failure_with_what_was_collected()
    {
        var name = await server.Save("collect");
        var run = await server.Trigger(name);
        await server.Client.UntilAssigned(run.Run, "work");
        while ((await server.Client.ReadItems(run.Run, cancel: Cancel)).Items.Count < 3) { }
        Assert.Equal("""{"status":"Running","data":{"work":[["1"],["2"],["drei"]]}}""", (await server.RunData(name)).Raw());

        var said = await server.Stop(run);

        Assert.Equal((200, $$"""{"stopped":"{{run.Pid}}"}"""), (said.Status, said.Raw()));
        Assert.Equal("""{"status":"Failure","data":{"work":[["1"],["2"],["drei"]]}}""", (await server.RunData(name)).Raw());
        var receipt = await server.Client.ReadReceipt(run.Run, Cancel);
        Assert.Equal(("now", 10, "manual", receipt.FencedAt), (receipt.Fence, receipt.GraceSeconds, receipt.Origin, receipt.EndedAt));
        Assert.Equal(("stopped", 3), (await server.Client.ReadRun(run.Run, cancel: Cancel)) switch { var now => (now.State, now.Items) });
    }

    [Fact]
    public async Task A_viewer_url_is_what_the_published_client_takes_apart()
    {
        var run = await server.TriggerAndBegin("hold");
        var url = new Uri(run.Url);
        Assert.Equal($"{server.Url}/axiom/viewer", url.GetLeftPart(UriPartial.Path));
        Assert.Equal($"c-00{run.Pid}-v4-proxy.127.0.0.1", run.Host);
        Assert.Equal($"?host={run.Host}&port={url.Port}&password={run.Pw}&taskId={run.Run}", url.Query);
        Assert.Matches("^[0-9]{2}$", run.Pid);
        Assert.Matches("^[0-9a-f]{64}$", run.Pw);
        Assert.Equal(200, (await server.Stop(run)).Status);
    }

    [Theory]
    [InlineData("GET", "?pid={pid}&pw={pw}", null, null)]
    [InlineData("POST", "?pid={pid}&pw={pw}", null, null)]
    [InlineData("POST", "?pid={pid}&pw={pw}", "not read", "text/plain")]
    [InlineData("POST", "?pid={pid}", """{"pw":"{pw}"}""", "application/json")]
    [InlineData("POST", "", """{"pid":"{pid}","pw":"{pw}","key":"none","unknown":[1]}""", "application/x-www-form-urlencoded")]
    [InlineData("POST", "", """{"pid":"dev-c-00{pid}-v4-proxy.axiom.ai","pw":"{pw}"}""", "application/json")]
    [InlineData("POST", "", """{"viewer_url":"dev-c-00{pid}-v4-proxy.axiom.ai&port=443&password={pw}&taskId=22842"}""", "application/json")]
    [InlineData("POST", "", """{"viewer_url":"https://vnc.axiom.ai/vnc_lite.html?host=c-00{pid}-v4-proxy.axiom.ai&port=443&password={pw}&taskId=22842"}""", "application/json")]
    [InlineData("GET", "?dev-c-00{pid}-v4-proxy.axiom.ai&port=443&password={pw}&taskId=22842", null, null)]
    public async Task Each_way_of_saying_what_opens_a_run_stops_it(string method, string query, string? body, string? type)
    {
        var run = await server.TriggerAndBegin("hold");
        using var request = new HttpRequestMessage(new(method), "/axiom/api/v3/stop" + Fill(query));
        if (body is not null)
            request.Content = new StringContent(Fill(body), Encoding.UTF8, type!);
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal((200, $$"""{"stopped":"{{run.Pid}}"}"""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal("stopped", (await server.Client.ReadRun(run.Run, cancel: Cancel)).State);

        string Fill(string text) => text.Replace("{pid}", run.Pid, StringComparison.Ordinal).Replace("{pw}", run.Pw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_run_and_a_paused_one_are_running_and_are_stopped()
    {
        var waiting = await server.Trigger(await server.Save("delay", """, "payload": { "delayMs": 600000 }"""));
        var paused = await server.TriggerAndBegin("hold");
        await server.Client.Pause(paused.Run, cancel: Cancel);
        foreach (var run in new[] { waiting, paused })
        {
            var name = (await server.Client.ReadRun(run.Run, cancel: Cancel)).Workflow!;
            Assert.Equal("""{"status":"Running","data":{}}""", (await server.RunData(name)).Raw());
            Assert.Equal(200, (await server.Stop(run)).Status);
            Assert.Equal("""{"status":"Failure","data":{}}""", (await server.RunData(name)).Raw());
        }
    }

    [Fact]
    public async Task A_run_that_does_not_hear_its_stop_has_failed_with_the_answer_all_the_same()
    {
        var run = await server.TriggerAndBegin("deaf");
        Assert.Equal(200, (await server.Stop(run)).Status);
        var receipt = await server.Client.ReadReceipt(run.Run, Cancel);
        Assert.Equal(("fenced", 1, "stopped"), (receipt.Verdict, receipt.Unproved, receipt.State));
    }

    [Fact]
    public async Task A_run_that_is_stopping_already_reads_as_running_and_ends_with_the_answer()
    {
        var run = await server.TriggerAndBegin("deaf");
        await server.Client.Stop(run.Run, new() { GraceSeconds = 60 }, cancel: Cancel);
        var name = (await server.Client.ReadRun(run.Run, cancel: Cancel)).Workflow!;
        Assert.Equal("""{"status":"Running","data":{}}""", (await server.RunData(name)).Raw());
        Assert.Equal(200, (await server.Stop(run)).Status);
        Assert.Equal("""{"status":"Failure","data":{}}""", (await server.RunData(name)).Raw());
        Assert.Equal(["asked", "escalated"], (await server.Client.ReadReceipt(run.Run, Cancel)).Requests.Select(request => request.Answer));
    }

    [Theory]
    [InlineData("noop", "Success")]
    [InlineData("leak", "Failure")]
    [InlineData("hold", "Failure")]
    public async Task Stopping_a_run_that_has_ended_succeeds_and_does_nothing(string kind, string status)
    {
        var name = await server.Save(kind, """, "payload": { "text": "xx", "fails": true }""");
        var run = await server.Trigger(name);
        if (kind is "hold")
        {
            Assert.Equal(200, (await server.Stop(run)).Status);
            // Until it is proved gone: that changes it too.
            await server.Client.Stop(run.Run, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        }
        var before = await server.Client.Until(run.Run, now => now.EndedAt is not null);
        var told = (await server.RunData(name)).Raw();

        var said = await server.Stop(run);

        Assert.Equal((200, $$"""{"stopped":"{{run.Pid}}"}"""), (said.Status, said.Raw()));
        var after = await server.Client.ReadRun(run.Run, cancel: Cancel);
        Assert.Equal((before.Revision, before.State, before.Cause, before.EndedAt), (after.Revision, after.State, after.Cause, after.EndedAt));
        Assert.Equal((status, told), (JsonElement.Parse(told).GetProperty("status").GetString(), (await server.RunData(name)).Raw()));
    }

    [Fact]
    public async Task A_run_that_was_pruned_is_stopped_like_any_that_has_ended()
    {
        await using var other = new TestServer();
        await other.InitializeAsync();
        var run = await other.Trigger(await other.Save("noop"));
        await other.Client.Until(run.Run, now => now.Export?.State == "done");
        var organization = (await other.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;
        while ((await other.Stores.Retention.Prune(new(organization, TimeSpan.FromMicroseconds(1), null, 10), Guid.Empty, Cancel)).Pruned == 0) { }
        Assert.Null(await other.Stores.Reader.Find(organization, run.Run, Cancel));
        Assert.Equal((200, $$"""{"stopped":"{{run.Pid}}"}"""), await other.Stop(run) switch { var said => (said.Status, said.Raw()) });
    }

    [Fact]
    public async Task A_wrong_pid_and_a_wrong_password_are_answered_alike_and_stop_nothing()
    {
        var (run, other) = (await server.TriggerAndBegin("hold"), await server.TriggerAndBegin("hold"));
        var wrong = run.Pw[..^1] + (run.Pw[^1] == '0' ? '1' : '0');
        foreach (var (pid, pw) in new[]
        {
            (other.Pid, run.Pw), (run.Pid, wrong), (run.Pid, other.Pw), (run.Pid, "abc123xyz"), (run.Pid, new string('é', 64)), (run.Pid, run.Pw.ToUpperInvariant()), (run.Pid, run.Pw + " "),
        })
            Assert.Equal((404, "Run not found"), await server.Stop(pid, pw) switch { var said => (said.Status, said.Message()) });
        foreach (var one in new[] { run, other })
            Assert.False((await server.Client.ReadRun(one.Run, cancel: Cancel)) is { IsStopping: true } or { EndedAt: not null });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"pid":"02"}""")]
    [InlineData("""{"pw":"abc123xyz"}""")]
    [InlineData("""{"pid":"","pw":"abc123xyz"}""")]
    [InlineData("""{"pid":"02","pw":""}""")]
    [InlineData("""{"pid":"2","pw":"abc123xyz"}""")]
    [InlineData("""{"pid":"002","pw":"abc123xyz"}""")]
    [InlineData("""{"pid":"c-0002","pw":"abc123xyz"}""")]
    [InlineData("""{"pid":"٠٢","pw":"abc123xyz"}""")]
    [InlineData("""{"pid":2,"pw":["abc123xyz"]}""")]
    [InlineData("""{"viewer_url":"https://example.org/?x=1"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("pid=02&pw=abc123xyz")]
    public async Task What_is_missing_or_malformed_is_a_400(string body)
    {
        var said = await server.Ask("POST", "/axiom/api/v3/stop", body, key: "");
        Assert.Equal(400, said.Status);
        Assert.NotEmpty(said.Message());
    }

    [Fact]
    public async Task A_body_without_end_is_not_read()
    {
        var said = await server.Ask("POST", "/axiom/api/v3/stop", $$"""{"pid":"02","pw":"{{new string('x', 100_000)}}"}""", key: "");
        Assert.Equal(413, said.Status);
    }

    [Fact]
    public async Task A_link_that_was_revoked_stops_nothing_any_more()
    {
        var run = await server.TriggerAndBegin("hold");
        var link = Assert.Single((await server.Client.ListStopLinks(run.Run, Cancel)).Links);
        await server.Client.RevokeStopLink(run.Run, link.Id, Cancel);
        Assert.Equal(404, (await server.Stop(run)).Status);
        Assert.Null((await server.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt);
    }

    [Fact]
    public async Task What_stops_a_run_of_one_organization_says_nothing_of_another()
    {
        using var foreign = await server.ConnectForeign();
        var run = await server.TriggerAndBegin("hold");
        Assert.Equal(200, (await server.Stop(run)).Status);
        Assert.Empty((await foreign.ListRuns(cancel: Cancel)).Runs);
        Assert.Empty((await foreign.ReadAudit(new() { Action = "link_used" }, Cancel)).Entries);
        var entry = Assert.Single((await server.Client.ReadAudit(new() { Action = "link_used" }, Cancel)).Entries, entry => entry.Detail == $"run {run.Run}");
        Assert.StartsWith("link:", entry.Actor, StringComparison.Ordinal);
    }

    /// <summary>The completion is the word that lets the run go on to its end. Stops pass what waits beside them: in some rounds it is let ahead, or it would seldom win.</summary>
    [Fact]
    public async Task Of_two_stops_and_a_completion_at_once_one_has_decided_and_both_stops_succeed()
    {
        var name = await server.Save("wait");
        var winners = new HashSet<string>();
        for (var round = 0; round < 24; round++)
        {
            var run = await server.Trigger(name);
            var resumed = round % 2 == 0 ? Resume(run) : null;
            if (round % 4 == 0)
                await resumed!;
            var stops = new[] { server.Stop(run), server.Stop(run) };
            resumed ??= Resume(run);
            Assert.All(await Task.WhenAll(stops), said => Assert.Equal($$"""{"stopped":"{{run.Pid}}"}""", said.Raw()));
            using var word = await resumed;
            var now = await server.Client.ReadRun(run.Run, cancel: Cancel);
            var told = (await server.RunData(name)).Json.GetProperty("status").GetString()!;
            Assert.Equal(now.State is "succeeded" ? "Success" : "Failure", told);
            Assert.NotNull(now.EndedAt);
            winners.Add(told);
        }
        Assert.Equal(2, winners.Count);
    }

    Task<HttpResponseMessage> Resume(Triggered run) => server.Send(HttpMethod.Post, $"/v1/runs/{run.Run}/steps/work/signal", "{}");

    [Fact]
    public async Task The_grace_is_a_setting_and_so_is_a_pid_that_nobody_looks_at()
    {
        await using var other = new TestServer
        {
            Adjust = options => options with
            {
                Dialects = new() { Graces = new Dictionary<string, TimeSpan> { ["axiom"] = TimeSpan.FromSeconds(3) }, Settings = new Dictionary<string, string> { ["axiom.pid"] = "any" } },
            },
        };
        await other.InitializeAsync();
        foreach (var pid in new[] { "", "x", "99" })
        {
            var run = await other.TriggerAndBegin("hold");
            Assert.Equal(404, (await other.Stop(pid, new string('0', 64))).Status);
            Assert.Equal($$"""{"stopped":"{{run.Pid}}"}""", (await other.Stop(pid, run.Pw)).Raw());
            Assert.Equal(3, (await other.Client.ReadReceipt(run.Run, Cancel)).GraceSeconds);
        }
    }

    [Fact]
    public async Task Stops_by_a_link_have_a_budget_of_its_own_and_guesses_take_nothing_from_it()
    {
        await using var other = new TestServer { Adjust = options => options with { StopsPerSecond = 1 } };
        await other.InitializeAsync();
        var (run, second) = (await other.TriggerAndBegin("hold"), await other.TriggerAndBegin("hold"));
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(404, (await other.Stop(run.Pid, new string('0', 64))).Status);
            Assert.Equal(404, (await other.Stop(second.Pid, run.Pw)).Status);
        }
        Assert.Equal(200, (await other.Stop(run)).Status);
        var refused = await other.Stop(run);
        for (var i = 0; refused.Status == 200 && i < 100; i++)
            refused = await other.Stop(run);
        Assert.Equal((429, "Rate limit exceeded. Try again in a few seconds."), (refused.Status, refused.Message()));
        Assert.Equal(200, (await other.Stop(second)).Status);
    }
}
