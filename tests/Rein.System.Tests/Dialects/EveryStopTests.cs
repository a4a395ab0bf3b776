using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What the stops of all dialects have in common: one run, triggered by one of them, is stopped by each.</summary>
public sealed class EveryStopTests(TestServer server) : IClassFixture<TestServer>
{
    const string Axiom = "axiom", B3os = "b3os", Lobstr = "lobstr", Xpander = "xpander";

    public static TheoryData<string> Dialects => new(Axiom, B3os, Lobstr, Xpander);

    /// <summary>It has broken off, and nobody knows yet: its lease goes on.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_run_that_a_vanished_worker_holds_is_stopped_in_the_answer_and_proved_when_that_comes_back(string dialect)
    {
        using var worker = await server.ConnectWith("work");
        var session = (await worker.OpenSession(new($"gone-{dialect}", "gone", [$"gone-{dialect}"], 1), Cancel)).Session;
        using var line = new CancellationTokenSource();
        var listening = Listen(worker, session, line.Token);
        var run = await server.TriggerAndBegin($"gone-{dialect}", """, "payload": { "pool": "gone" }""");
        var attempt = await listening;
        await line.CancelAsync();

        await Stop(dialect, run);

        var receipt = await server.Client.ReadReceipt(run.Run, Cancel);
        Assert.Equal(("fenced", 1, "now", receipt.FencedAt), (receipt.Verdict, receipt.Unproved, receipt.Fence, receipt.EndedAt));
        var answer = Assert.Single(await worker.SendReports(session, [new EndedReport(attempt, AttemptOutcome.Succeeded, AttemptProof.Clean) { Result = "1"u8.ToArray() }], Cancel));
        Assert.Equal(ReportStatus.Fenced, answer.Status);
        Assert.Equal(("exited", 0), (await server.Client.ReadReceipt(run.Run, Cancel)) switch { var proved => (proved.Verdict, proved.Unproved) });
        Assert.Null((await server.Client.ReadRun(run.Run, cancel: Cancel)).Steps!.Single(step => step.Id == "work").Result);
        await worker.CloseSession(session, Cancel);
    }

    static async Task<AttemptRef> Listen(ReinClient worker, Guid session, CancellationToken until)
    {
        await foreach (var frame in worker.ReadCommands(session, until))
            if (frame is AssignFrame assign)
                return assign.Attempt;
        throw new InvalidOperationException("It was handed nothing.");
    }

    /// <summary>Blocked by a limit, or with nobody who could take it.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task What_waits_for_room_or_for_a_worker_is_stopped_without_having_used_anything(string dialect)
    {
        foreach (var isBlocked in new[] { false, true })
        {
            var name = await server.Save("hold", """, "payload": { "pool": "nobody" }""");
            await server.Client.PutLimit("axiom", isBlocked ? 0 : 1000, Cancel);
            var said = await server.Axiom("/trigger", $"\"name\":\"{name}\"");
            var run = Triggered.Of(said.Json.GetProperty(isBlocked ? "viewer_url" : "OPEN LINK IN BROWSER").GetString()!);
            await Stop(dialect, run);
            var stopped = await server.Client.ReadRun(run.Run, cancel: Cancel);
            Assert.Equal((0, 0m, null), (stopped.Usage.RunSeconds, stopped.Usage.Credits, stopped.StartedAt));
            Assert.Equal("never_started", (await server.Client.ReadReceipt(run.Run, Cancel)).Verdict);
        }
        await server.Client.PutLimit("axiom", 1000, Cancel);
    }

    /// <summary>Its clean-up is cut off, and reads as what it is: a run that was stopped, or one that had ended before and only tidied up.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_run_that_tidies_up_is_over_with_the_answer_and_its_clean_up_with_it(string dialect)
    {
        var run = await Tidied("deaf");
        await server.Client.Stop(run.Run, new() { GraceSeconds = 5 }, cancel: Cancel);
        await server.Client.UntilAssigned(run.Run, "tidy");

        await Stop(dialect, run);

        var stopped = await server.Client.ReadRun(run.Run, cancel: Cancel);
        Assert.Equal(("stopped", "manual", "stopped"), (stopped.State, stopped.Cause, stopped.Steps!.Single(step => step.Id == "tidy").State));
        Assert.Equal("fenced", (await server.Client.ReadReceipt(run.Run, Cancel)).Verdict);
    }

    /// <summary>`finally` steps are for a stop that waits: these do not.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_stop_begins_no_clean_up(string dialect)
    {
        var run = await Tidied("noop");
        await Stop(dialect, run);
        Assert.DoesNotContain((await server.Client.ReadRun(run.Run, cancel: Cancel)).Steps!, step => step.Id == "tidy");
    }

    [Fact]
    public async Task Right_behind_the_answer_every_list_of_stopped_runs_has_it()
    {
        var (name, id) = (await server.Save("hold"), "");
        var run = await server.Trigger(name);
        id = (await server.Client.ReadWorkflow(name, cancel: Cancel)).Id.ToString("N");
        await Stop(Axiom, run);
        Assert.Equal($"run_{run.Run:N}", (await server.Ask("GET", $"/b3os/v1/workflows/wf_{id}/runs?status=cancelled")).Data.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal($"{run.Run:N}", (await server.Lobstr("GET", $"/v1/runs?squid={id}")).Ok().Data.Single(one => one.GetProperty("is_done").GetBoolean()).GetProperty("id").GetString());
        Assert.Equal(run.Run.ToString(), (await server.Tell("GET", $"{XpanderCalls.Rest}/tasks?status=stopped&agent_id={Guid.ParseExact(id, "N")}"))["items"][0].GetProperty("id").GetString());
        Assert.Equal("Failure", (await server.Axiom("/run-reports", "\"count\":100")).Data.GetProperty("reports").EnumerateArray().First(one => one.GetProperty("task_name").GetString() == name).GetProperty("status").GetString());
    }

    /// <summary>Not the store alone: whatever breaks while the answer is made.</summary>
    [Fact]
    public async Task A_stop_whose_answer_cannot_be_made_is_told_as_it_was_committed()
    {
        var isBroken = false;
        await using var other = new TestServer
        {
            Between = stores => Instead.Of(
                Instead.Of(stores, "get_Extras", (real, _) => Instead.Of(real.Extras, nameof(IExtraStore.Of), (extras, args) => isBroken
                    ? throw new InvalidOperationException("It cannot be made.")
                    : extras.Of((IReadOnlyCollection<Guid>)args[0]!, (CancellationToken)args[1]!))),
                "get_Exports",
                (real, _) => Instead.Of(real.Exports, nameof(IExportStore.CountDistinct), (_, _) => throw new InvalidOperationException("It cannot be made."))),
        };
        await other.InitializeAsync();
        var (b3os, xpander, lobstr) = (await other.StartAndBegin("hold"), await other.StartAndBegin("hold"), await other.StartAndBegin("collect"));
        await other.UntilCollected(lobstr.Id.ToString("N"), 3);
        isBroken = true;
        Assert.Equal((200, "cancelled"), (await other.Ask("POST", $"/b3os/v1/runs/run_{b3os.Id:N}/cancel")) switch { var said => (said.Status, said.Text("status")) });
        Assert.Equal((200, "stopped"), (await other.StopTask(xpander.Id.ToString())) switch { var said => (said.Status, said.Text("status")) });
        Assert.Equal(("uploading", 3L, JsonValueKind.Null), (await other.Lobstr("POST", $"/v1/runs/{lobstr.Id:N}/abort")).Ok() switch
        {
            var said => (said.Text("status"), said.Whole("total_results"), said.Json.GetProperty("total_unique_results").ValueKind),
        });
    }

    [Theory]
    [InlineData(B3os)]
    [InlineData(Xpander)]
    public async Task Who_may_stop_or_start_and_read_stops_and_who_may_not_read_does_not(string dialect)
    {
        var run = await server.StartAndBegin("hold");
        foreach (var (scopes, status) in new[] { ("stop", 403), ("start", 403), ("start stop", 403), ("read", 403), ("read work", 403), ("read stop", 200), ("read start", dialect is B3os ? 409 : 200) })
        {
            var key = (await server.Client.CreateKey(new() { Name = scopes, Scopes = scopes.Split(' ') }, Cancel)).Key!;
            Assert.Equal((scopes, status), (scopes, await StatusOf(server, dialect, run.Id, key)));
            Assert.Equal(status is 403, (await server.Client.ReadRun(run.Id, cancel: Cancel)).EndedAt is null);
        }
    }

    [Theory]
    [InlineData(B3os)]
    [InlineData(Xpander)]
    public async Task Requests_that_are_too_many_are_refused_in_the_dialect_and_a_stop_never_because_of_them(string dialect)
    {
        await using var other = new TestServer { Adjust = options => options with { RequestsPerSecond = 0.01 } };
        await other.InitializeAsync();
        var run = await other.StartAndBegin("hold");
        var (path, header) = dialect is B3os ? ($"/b3os/v1/runs/run_{run.Id:N}", ("Authorization", $"Bearer {other.Key}")) : ($"{XpanderCalls.Rest}/tasks/{run.Id}", ("x-api-key", other.Key));
        HttpResponseMessage refused;
        do
            refused = await other.Http.SendAsync(new(HttpMethod.Get, path) { Headers = { { header.Item1, header.Item2 } } }, Cancel);
        while (refused.IsSuccessStatusCode);
        Assert.Equal((429, "application/json"), ((int)refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.InRange(int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), provider: null), 50, 100);
        Assert.Equal(
            dialect is B3os ? ["code", "message", "details", "requestId"] : ["detail"],
            JsonElement.Parse(await refused.Content.ReadAsByteArrayAsync(Cancel)).EnumerateObject().Select(field => field.Name));
        Assert.Equal(200, await StatusOf(other, dialect, run.Id, other.Key));
        for (var again = 0; again < 30; again++)
            Assert.Equal(dialect is B3os ? 409 : 200, await StatusOf(other, dialect, run.Id, other.Key));
    }

    static async Task<int> StatusOf(TestServer server, string dialect, Guid run, string key) =>
        dialect is B3os ? (await server.Ask("POST", $"/b3os/v1/runs/run_{run:N}/cancel", key: key)).Status : (await server.StopTask(run.ToString(), key: key)).Status;

    /// <summary>It is final in the answer, and reads so.</summary>
    async Task Stop(string dialect, Triggered run)
    {
        switch (dialect)
        {
            case Axiom:
                Assert.Equal(200, (await server.Stop(run)).Status);
                var name = (await server.Client.ReadRun(run.Run, cancel: Cancel)).Workflow!;
                Assert.Equal("Failure", (await server.RunData(name)).Json.GetProperty("status").GetString());
                break;
            case B3os:
                var cancelled = await server.Ask("POST", $"/b3os/v1/runs/run_{run.Run:N}/cancel");
                Assert.Equal((200, "cancelled"), (cancelled.Status, cancelled.Text("status")));
                Assert.Equal(cancelled.Data.GetRawText(), (await server.Ask("GET", $"/b3os/v1/runs/run_{run.Run:N}")).Data.GetRawText());
                break;
            case Lobstr:
                var aborted = (await server.Lobstr("POST", $"/v1/runs/{run.Run:N}/abort")).Ok();
                Assert.Equal(("uploading", "aborted", true), (aborted.Text("status"), aborted.Text("done_reason"), aborted.Flag("is_done")));
                break;
            default:
                var stopped = await server.StopTask(run.Run.ToString());
                Assert.Equal((200, ("stopped", true)), (stopped.Status, stopped.Ended));
                Assert.Equal(stopped.Json.GetRawText(), (await server.ReadTask(run.Run.ToString())).Json.GetRawText());
                break;
        }
        Assert.NotNull((await server.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt);
    }

    /// <summary>It holds at `work`, and what tidies up behind it is of this kind.</summary>
    async Task<Triggered> Tidied(string kind)
    {
        var name = "w" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var definition = $$$"""{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"hold"},"tidy":{"type":"{{{kind}}}","payload":{"finally":true} } } }""";
        await server.Client.SaveWorkflow(name, JsonElement.Parse(definition), cancel: Cancel);
        var run = await server.Trigger(name);
        await server.Client.UntilAssigned(run.Run, "work");
        return run;
    }
}
