using System.Globalization;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.LobstrCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The abort of lobstr.io as its document shows it: the whole answer, and what it does to a run in every state.</summary>
public sealed class LobstrAbortTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>Those of the document, in its order.</summary>
    internal static readonly string[] Fields =
    [
        "id", "object", "squid", "is_done", "started_at", "total_results", "total_unique_results", "next_launch_at", "ended_at", "duration", "credit_used", "origin", "force_launch",
        "status", "export_done", "export_count", "export_time", "email_done", "email_time", "created_at", "done_reason", "done_reason_desc",
    ];

    const string NotFound = """{"error":{"message":"Run not found or already completed","type":"not_found_error","param":"run_hash"}}""";
    const string DeafBesideItems = """{"nodes":{"root":{"type":"manual","children":["say","work"]},"say":{"type":"emit","payload":{"emits":"[1]"}},"work":{"type":"deaf"}}}""";
    const string A = """{"url":"https://example.com/"}""";

    [Fact]
    public async Task The_documented_request_is_answered_with_the_whole_run_as_it_was_recorded()
    {
        var squid = await server.Squid("collect", A);
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.UntilCollected(hash, 3);

        var said = await server.Lobstr("POST", $"/v1/runs/{hash}/abort");

        var run = await server.Client.ReadRun(Run(hash), cancel: Cancel);
        Assert.Equal(200, said.Status);
        Assert.Equal(
            $$"""
            {"id":"{{hash}}","object":"run","squid":"{{squid}}","is_done":true,"started_at":"{{Time(run.StartedAt)}}","total_results":3,"total_unique_results":3,
            "next_launch_at":null,"ended_at":"{{Time(run.EndedAt)}}","duration":{{Number((decimal)run.Usage.RunSeconds)}},"credit_used":{{Number(run.Usage.Credits)}},
            "origin":"user","force_launch":false,"status":"uploading","export_done":null,"export_count":0,"export_time":null,"email_done":null,"email_time":null,
            "created_at":"{{Time(run.CreatedAt)}}","done_reason":"aborted","done_reason_desc":null}
            """.Replace("\n", "", StringComparison.Ordinal),
            said.Raw);
        Assert.Equal(Fields, said.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("stopped", "manual", 3L), (run.State, run.Cause, run.Items));
        Assert.InRange(run.Usage.RunSeconds, 0.0001, (run.EndedAt - run.CreatedAt)!.Value.TotalSeconds);
        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Equal(("now", 10, "manual", receipt.FencedAt), (receipt.Fence, receipt.GraceSeconds, receipt.Origin, receipt.EndedAt));
    }

    [Fact]
    public async Task An_aborted_run_uploads_and_is_answered_alike_until_it_is_exported_once()
    {
        var (mayKeep, kept, aborted) = (new TaskCompletionSource(), 0, Guid.Empty);
        var other = new TestServer { Between = stores => Instead.Of(stores, "get_Exports", (real, _) => Instead.Of(real.Exports, "Keep", (exports, args) => Keep(exports, args))) };
        await other.InitializeAsync();
        await using (other)
        {
            try
            {
                var hash = await other.Begin("collect", A);
                aborted = Run(hash);
                await other.UntilCollected(hash, 3);
                var first = (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
                Assert.Equal(first.Raw, (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok().Raw);
                Assert.Equal(first.Raw[..^1] + ",\"email_verification\":null}", (await other.Lobstr("GET", $"/v1/runs/{hash}")).Ok().Raw);
                Assert.Equal(404, (await other.Lobstr("GET", $"/v1/runs/{hash}/download")).Status);

                var alike = await other.Squid("emit", """{"url":"a"}""");
                (await other.Lobstr("POST", $"/v1/squids/{alike}", """{"params":{"emits":"[1,1,2]"}}""")).Ok();
                var done = (await other.Start(alike)).Ok().Text("id")!;
                await other.Client.Until(Run(done), now => now.EndedAt is not null);
                Assert.Equal(("uploading", "tasks_done", 3L, 2L), (await other.Lobstr("GET", $"/v1/runs/{done}")).Ok() switch
                {
                    var now => (now.Text("status"), now.Text("done_reason"), now.Whole("total_results"), now.Whole("total_unique_results")),
                });

                // It uploads too, and nobody has aborted it.
                Assert.Equal((404, NotFound), (await other.Lobstr("POST", $"/v1/runs/{done}/abort")) switch { var said => (said.Status, said.Raw) });

                // A deadline has asked first: whoever aborts it before the end has aborted it, here as there.
                var late = (await other.Client.StartInline(new() { Definition = JsonElement.Parse(DeafBesideItems), DeadlineSeconds = 0.01 }, cancel: Cancel)).Id.ToString("N");
                await other.UntilCollected(late, 1);
                await other.Client.Until(Run(late), now => now.IsStopping);
                Assert.Equal(("running", null), (await other.Lobstr("GET", $"/v1/runs/{late}")).Ok() switch { var now => (now.Text("status"), now.Text("done_reason")) });
                var ended = (await other.Lobstr("POST", $"/v1/runs/{late}/abort")).Ok();
                Assert.Equal(("uploading", "aborted", "its deadline had passed"), (ended.Text("status"), ended.Text("done_reason"), ended.Text("done_reason_desc")));
                Assert.Equal(ended.Raw, (await other.Lobstr("POST", $"/v1/runs/{late}/abort")).Ok().Raw);

                mayKeep.SetResult();
                await other.UntilExported(late);
                Assert.Equal(("aborted", "aborted"), (await other.Lobstr("GET", $"/v1/runs/{late}")).Ok() switch { var now => (now.Text("status"), now.Text("done_reason")) });
                await other.UntilExported(hash);
                var run = await other.Client.ReadRun(Run(hash), cancel: Cancel);
                var last = (await other.Lobstr("GET", $"/v1/runs/{hash}")).Ok();
                Assert.Equal(
                    first.Raw[..^1].Replace("\"uploading\",\"export_done\":null,\"export_count\":0,\"export_time\":null", $"\"aborted\",\"export_done\":true,\"export_count\":3,\"export_time\":\"{Time(run.Export!.At)}\"", StringComparison.Ordinal)
                        + ",\"email_verification\":null}",
                    last.Raw);
                Assert.Equal(1, kept);
                Assert.Equal((404, NotFound), (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")) switch { var said => (said.Status, said.Raw) });
            }
            finally
            {
                // Whatever has failed: a server that goes down waits for its duties.
                mayKeep.TrySetResult();
            }
        }

        async Task Keep(IExportStore exports, object?[] args)
        {
            await mayKeep.Task;
            if ((Guid)args[1]! == aborted)
                kept++;
            await exports.Keep((long)args[0]!, (Guid)args[1]!, (Manifest)args[2]!, (CancellationToken)args[3]!);
        }
    }

    [Fact]
    public async Task A_queued_run_is_pending_and_is_aborted_without_having_used_anything()
    {
        await server.Client.PutLimit("shut", 0, Cancel);
        var (name, squid) = await server.SaveNatively("hold");
        var run = await server.Client.Start(name, new() { LimitKey = "shut" }, cancel: Cancel);
        Assert.Equal("pending", (await Read(run)).Text("status"));
        var said = (await Abort(run)).Ok();
        Assert.Equal((squid, "uploading", "aborted", 0L), (said.Text("squid"), said.Text("status"), said.Text("done_reason"), said.Whole("total_results")));
        Assert.Contains("\"duration\":0.0,\"credit_used\":0.0,", said.Raw, StringComparison.Ordinal);
        Assert.Equal(Time(run.CreatedAt), said.Text("started_at"));
        Assert.Equal("never_started", (await server.Client.ReadReceipt(run.Id, Cancel)).Verdict);
        // There is nothing to export, and it has been done with the end.
        Assert.Equal(("aborted", true, 0L), (await Read(run)) switch { var read => (read.Text("status"), read.Flag("export_done"), read.Whole("export_count")) });
        Assert.Equal((404, NotFound), (await Abort(run)) switch { var again => (again.Status, again.Raw) });
    }

    [Fact]
    public async Task A_waiting_run_and_a_paused_one_are_aborted()
    {
        var waiting = await server.Client.StartInline(new() { Definition = Graph("delay", """, "payload": { "delayMs": 600000 }""") }, cancel: Cancel);
        var paused = await server.StartAndBegin("hold");
        await server.Client.Pause(paused.Id, cancel: Cancel);
        Assert.Equal("paused", (await Read(waiting)).Text("status"));
        foreach (var run in new[] { waiting, paused })
            Assert.Equal(("uploading", "aborted", true), (await Abort(run)).Ok() switch { var said => (said.Text("status"), said.Text("done_reason"), said.Flag("is_done")) });
        Assert.Equal(JsonValueKind.Null, (await Read(paused)).Json.GetProperty("squid").ValueKind);
    }

    [Fact]
    public async Task A_run_that_does_not_hear_its_stop_is_aborted_in_the_answer_all_the_same()
    {
        var run = await server.StartAndBegin("deaf");
        Assert.Equal(("uploading", "aborted"), (await Abort(run)).Ok() switch { var said => (said.Text("status"), said.Text("done_reason")) });
        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Equal(("fenced", 1, 10), (receipt.Verdict, receipt.Unproved, receipt.GraceSeconds));
    }

    [Fact]
    public async Task A_run_that_is_stopping_already_is_running_and_ends_with_the_answer()
    {
        var run = await server.StartAndBegin("deaf");
        await server.Client.Stop(run.Id, new() { GraceSeconds = 60 }, cancel: Cancel);
        Assert.Equal("running", (await Read(run)).Text("status"));
        Assert.Equal("uploading", (await Abort(run)).Ok().Text("status"));
        Assert.Equal(["asked", "escalated"], (await server.Client.ReadReceipt(run.Id, Cancel)).Requests.Select(request => request.Answer));
    }

    [Theory]
    [InlineData("noop", "done", "tasks_done")]
    [InlineData("leak", "error", "error")]
    [InlineData("hold", "aborted", "aborted")]
    public async Task A_run_that_has_ended_is_not_found_and_stays_as_it_was(string kind, string status, string reason)
    {
        var run = await server.Client.StartInline(new() { Definition = Graph(kind, """, "payload": { "text": "xx", "fails": true }""") }, cancel: Cancel);
        if (kind is "hold")
            (await Abort(run)).Ok();
        await server.UntilExported(run.Id.ToString("N"));
        var before = await Read(run);

        var said = await Abort(run);

        Assert.Equal((404, NotFound), (said.Status, said.Raw));
        Assert.Equal((status, reason, before.Raw), (await Read(run)) switch { var after => (after.Text("status"), after.Text("done_reason"), after.Raw) });
    }

    [Fact]
    public async Task An_unknown_id_a_malformed_one_and_a_foreign_one_are_answered_alike()
    {
        using var foreign = await server.ConnectForeign();
        var theirs = await foreign.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        foreach (var hash in new[] { "0199c0de00007000800000000000dead", "string", "%20", $"{theirs.Id:N}", theirs.Id.ToString(), new string('a', 5000) })
            Assert.Equal((404, NotFound), (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")) switch { var said => (said.Status, said.Raw) });
        Assert.Null((await foreign.ReadRun(theirs.Id, cancel: Cancel)).EndedAt);
    }

    [Theory]
    [InlineData("{}", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("not json", "text/plain")]
    [InlineData("""{"unknown":1}""", "application/x-www-form-urlencoded")]
    public async Task Whatever_a_client_sends_along_is_not_read(string body, string type)
    {
        var run = await server.StartAndBegin("hold");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Mount}/v1/runs/{run.Id:N}/abort?unknown=1") { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {server.Key}");
        request.Content.Headers.ContentType = new(type);
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
    }

    /// <summary>The completion is the word that lets the run go on to its end. Stops pass what waits beside them: in some rounds it is let ahead, or it would seldom win.</summary>
    [Fact]
    public async Task Of_two_aborts_and_a_completion_at_once_one_has_decided_and_everybody_is_told_the_same()
    {
        var winners = new HashSet<string>();
        for (var round = 0; round < 24; round++)
        {
            var run = await server.Client.StartInline(new() { Definition = Graph("wait") }, cancel: Cancel);
            var word = round % 2 == 0 ? Signal(run) : null;
            if (round % 4 == 0)
                await word!;
            var aborts = new[] { Abort(run), Abort(run) };
            word ??= Signal(run);
            var told = (await Task.WhenAll(aborts)).ToLookup(said => said.Status);
            await word;

            var now = await Read(run);
            Assert.Equal(now.Text("status") is "done" ? 0 : 1, told[200].Count());
            Assert.Equal(told[200].Any() ? 1 : 2, told[404].Count());
            foreach (var said in told[200])
                Assert.Equal(("aborted", said.Text("ended_at"), said.Text("done_reason")), (now.Text("status"), now.Text("ended_at"), now.Text("done_reason")));
            winners.Add(now.Text("status")!);
        }
        Assert.Equal(["aborted", "done"], winners.Order());
    }

    [Fact]
    public async Task A_stop_whose_rows_cannot_be_read_back_is_told_as_it_was_committed()
    {
        var other = new TestServer();
        await other.InitializeAsync();
        await using (other)
        {
            var hash = await other.Begin("collect", A);
            await other.UntilCollected(hash, 3);
            await other.BreakStore("ALTER TABLE items RENAME TO lost");
            var said = (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
            Assert.Equal(Fields, said.Json.EnumerateObject().Select(field => field.Name));
            Assert.Equal((hash, "uploading", "aborted", 3L), (said.Text("id"), said.Text("status"), said.Text("done_reason"), said.Whole("total_results")));
            Assert.Equal(JsonValueKind.Null, said.Json.GetProperty("total_unique_results").ValueKind);
            Assert.NotNull(said.Text("squid"));
            Assert.Equal(Time((await other.Client.ReadRun(Run(hash), cancel: Cancel)).EndedAt), said.Text("ended_at"));
        }
    }

    [Theory]
    [InlineData("deadline", "limit_exceeded", "its deadline had passed")]
    [InlineData("queue_ttl", "slots_limit_exceeded", "its time in the queue was over")]
    [InlineData("budget", "no_credits_left", "its budget of 0.01 credits was used up")]
    [InlineData("parent", "deactivated", "It was stopped: parent.")]
    [InlineData("superseded", "deactivated", "superseded by ")]
    public async Task What_nobody_has_stopped_is_not_aborted(string origin, string reason, string words)
    {
        var run = await StopBy(origin);
        await server.Client.Until(run, now => now.EndedAt is not null);
        var read = (await server.Lobstr("GET", $"/v1/runs/{run:N}")).Ok();
        Assert.Equal(("error", reason, true), (read.Text("status"), read.Text("done_reason"), read.Flag("is_done")));
        Assert.StartsWith(words, read.Text("done_reason_desc"), StringComparison.Ordinal);
    }

    async Task<Guid> StopBy(string origin)
    {
        var hold = new StartRunRequest { Definition = Graph("hold") };
        switch (origin)
        {
            case "deadline":
                return (await server.Client.StartInline(hold with { DeadlineSeconds = 0.01 }, cancel: Cancel)).Id;
            case "queue_ttl":
                await server.Client.PutLimit("full", 0, Cancel);
                return (await server.Client.StartInline(hold with { LimitKey = "full", QueueTtlSeconds = 0.01 }, cancel: Cancel)).Id;
            case "budget":
                return (await server.Client.StartInline(hold with { Budget = 0.01m }, cancel: Cancel)).Id;
            case "superseded":
                await server.Client.PutLimit("one", 1, Cancel);
                var old = await server.Client.StartInline(hold with { LimitKey = "one" }, cancel: Cancel);
                await server.Client.StartInline(hold with { LimitKey = "one", OnConflict = "supersede" }, cancel: Cancel);
                return old.Id;
            default:
                var (name, _) = await server.SaveNatively("hold");
                var parent = await server.Client.StartInline(new() { Definition = Graph("workflow", $$""", "payload": { "workflow": "{{name}}" }""") }, cancel: Cancel);
                var child = (await server.Client.Until(parent.Id, now => now.Steps!.Any(step => step.ChildRunId is not null))).Steps!.Single(step => step.ChildRunId is not null).ChildRunId!.Value;
                await server.Client.Stop(parent.Id, cancel: Cancel);
                Assert.Equal("workflow", (await server.Lobstr("GET", $"/v1/runs/{child:N}")).Text("origin"));
                return child;
        }
    }

    [Fact]
    public async Task An_abort_of_an_ended_run_can_be_set_to_show_it()
    {
        var other = new TestServer { Adjust = Set("abort-ended", "200") };
        await other.InitializeAsync();
        await using (other)
        {
            var hash = (await other.Start(await other.Squid("noop", A))).Ok().Text("id")!;
            await other.UntilExported(hash);
            Assert.Equal(("done", "tasks_done"), (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok() switch { var said => (said.Text("status"), said.Text("done_reason")) });
            Assert.Equal(404, (await other.Lobstr("POST", "/v1/runs/0199c0de00007000800000000000dead/abort")).Status);
        }
    }

    [Fact]
    public async Task The_grace_is_a_setting()
    {
        var other = new TestServer { Adjust = options => options with { Dialects = new() { Graces = new Dictionary<string, TimeSpan> { ["lobstr"] = TimeSpan.FromSeconds(3) } } } };
        await other.InitializeAsync();
        await using (other)
        {
            var hash = await other.Begin("hold", A);
            (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
            Assert.Equal(3, (await other.Client.ReadReceipt(Run(hash), Cancel)).GraceSeconds);
        }
    }

    [Fact]
    public async Task What_differs_is_counted_and_executed_time_is_what_costs()
    {
        var squid = await server.Squid("emit", """{"url":"a"}""");
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"params":{"emits":"[1,{\"a\":1},1,{\"a\":1},2,1]"}}""")).Ok();
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.UntilExported(hash);
        var (read, run) = ((await server.Lobstr("GET", $"/v1/runs/{hash}")).Ok(), await server.Client.ReadRun(Run(hash), cancel: Cancel));
        Assert.Equal((6L, 3L, 6L, "done"), (read.Whole("total_results"), read.Whole("total_unique_results"), read.Whole("export_count"), read.Text("status")));
        Assert.Equal((Number((decimal)run.Usage.RunSeconds), Number(run.Usage.Credits)), (read.Json.GetProperty("duration").GetRawText(), read.Json.GetProperty("credit_used").GetRawText()));
    }

    internal static Func<Server.ReinServerOptions, Server.ReinServerOptions> Set(string name, string word) =>
        options => options with { Dialects = new() { Settings = new Dictionary<string, string> { [$"lobstr.{name}"] = word } } };

    async Task Signal(RunDocument run)
    {
        using var response = await server.Send(HttpMethod.Post, $"/v1/runs/{run.Id}/steps/work/signal", "{}");
        Assert.True((int)response.StatusCode < 500);
    }

    Task<LobstrSaid> Abort(RunDocument run) => server.Lobstr("POST", $"/v1/runs/{run.Id:N}/abort");

    Task<LobstrSaid> Read(RunDocument run) => server.Lobstr("GET", $"/v1/runs/{run.Id:N}");
}
