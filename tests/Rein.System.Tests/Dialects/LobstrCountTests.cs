using System.Globalization;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Dialects.Lobstr;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.LobstrCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What is counted of runs of lobstr.io while they go on, over several tries, of very many results, and where an export was given up.</summary>
public sealed class LobstrCountTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task While_a_run_goes_on_it_is_told_how_far_it_is_how_long_it_will_take_and_what_it_has_cost()
    {
        using var worker = await server.ConnectWith("work");
        var session = (await worker.OpenSession(new("counting", "counting", ["counted"], 1), Cancel)).Session;
        var squid = await server.Squid("counted", """{"n":1}""", """{"n":2}""", """{"n":3}""");
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"params":{"pool":"counting"}}""")).Ok();
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await using var frames = worker.ReadCommands(session, Cancel).GetAsyncEnumerator(Cancel);
        await worker.SendReports(session, [new EndedReport(await Assigned(frames), AttemptOutcome.Succeeded, AttemptProof.Clean)], Cancel);
        await Assigned(frames);

        var stats = (await server.Lobstr("GET", $"/v1/runs/{hash}/stats")).Ok();
        var (run, credits) = ((await server.Lobstr("GET", $"/v1/runs/{hash}")).Ok(), (await server.Lobstr("GET", $"/v1/runs/{hash}/credits")).Ok());
        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        var after = (await server.Lobstr("GET", $"/v1/runs/{hash}")).Ok();
        await worker.CloseSession(session, Cancel);

        Assert.Equal(("33%", 1L, 2L, false), (stats.Text("percent_done"), stats.Whole("total_tasks_done"), stats.Whole("total_tasks_left"), stats.Flag("is_done")));
        Assert.Equal((await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data[1].GetProperty("id").GetString(), stats.Text("current_task"));
        Assert.Equal(2 * Seconds(stats.Text("duration")!), Seconds(stats.Text("eta")!), 0.00001);
        decimal[] spent = [(decimal)Seconds(stats.Text("duration")!), Number(run, "duration"), Number(credits, "total_credits"), Number(after, "duration")];
        Assert.Equal(spent.Order(), spent);
        Assert.Equal("running", run.Text("status"));
        Assert.InRange(spent[0], 0.0001m, spent[1] + 0.0001m);
        Assert.Equal(Number(run, "duration"), Number(run, "credit_used"));
        Assert.Equal(("counted", 2), credits.Json.GetProperty("breakdown").EnumerateArray().Single() switch { var share => (share.GetProperty("function").GetString(), share.GetProperty("attempts").GetInt32()) });
    }

    /// <summary>A squid has thousands of tasks, and clients ask again and again.</summary>
    [Fact]
    public async Task What_goes_on_is_read_without_what_is_over()
    {
        var other = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Reader", (real, _) => Instead.Of(real.Reader, nameof(IRunReader.Attempts), (_, _) => throw new InvalidOperationException("Nobody needs them."))),
        };
        await other.InitializeAsync();
        await using (other)
        {
            var hash = await other.Begin("collect", """{"url":"a"}""");
            foreach (var path in new[] { $"/v1/runs/{hash}", $"/v1/runs/{hash}/stats", "/v1/runs" })
                (await other.Lobstr("GET", path)).Ok();
        }
    }

    /// <summary>With several nodes nothing is known of a workflow but what never changes.</summary>
    [Fact]
    public async Task The_squid_of_runs_is_asked_for_once_at_a_node()
    {
        var asked = 0;
        var other = new TestServer
        {
            Adjust = options => options with { IsOnlyNode = false },
            Between = stores => Instead.Of(stores, "get_Workflows", (real, _) => Instead.Of(real.Workflows, nameof(IWorkflowStore.Find), (workflows, args) =>
            {
                asked++;
                return workflows.Find((Guid)args[0]!, (string)args[1]!, (int?)args[2], (CancellationToken)args[3]!);
            })),
        };
        await other.InitializeAsync();
        await using (other)
        {
            var squid = await other.Squid("noop");
            for (var run = 0; run < 3; run++)
                (await other.Start(squid)).Ok();
            var before = asked;
            Assert.All((await other.Lobstr("GET", "/v1/runs")).Ok().Data, run => Assert.Equal(squid, run.GetProperty("squid").GetString()));
            Assert.Equal(1, asked - before);
            Assert.All((await other.Lobstr("GET", "/v1/runs")).Ok().Data, run => Assert.Equal(squid, run.GetProperty("squid").GetString()));
            Assert.Equal(1, asked - before);
        }
    }

    [Fact]
    public async Task Tasks_that_wait_are_paused_those_that_have_not_begun_pending_and_what_ends_a_run_has_ended_them()
    {
        var name = "w" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var squid = (await server.Client.SaveWorkflow(name, JsonElement.Parse(Waiting), cancel: Cancel)).Id.ToString("N");
        (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{"n":1},{"n":2}]}""")).Ok();
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.Client.Until(Run(hash), run => run.State is "waiting");
        Assert.Equal([("paused", null), ("pending", null)], await Tasks(hash));
        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        Assert.Equal([("aborted", "run_aborted"), ("aborted", "run_aborted")], await Tasks(hash));

        var late = (await server.Client.Start(name, new() { Input = JsonElement.Parse("{\"tasks\":[{\"id\":\"a\"}]}"), DeadlineSeconds = 0.01 }, cancel: Cancel)).Id;
        await server.Client.Until(late, run => run.EndedAt is not null);
        Assert.Equal([("aborted", "limit_exceeded")], await Tasks(late.ToString("N")));
    }

    const string Waiting = """
        { "nodes": { "root": { "type": "manual", "children": ["tasks"] },
          "tasks": { "type": "for-each", "payload": { "items": "{{root.result.tasks}}", "width": 1 }, "loopBody": ["task"] }, "task": { "type": "wait" } } }
        """;

    async Task<IEnumerable<(string?, string?)>> Tasks(string hash) =>
        (await server.Lobstr("GET", $"/v1/runtasks?run={hash}")).Ok().Data.Select(task => (task.GetProperty("status").GetString(), task.GetProperty("done_reason").GetString()));

    [Fact]
    public async Task A_squid_that_lacks_a_secret_is_not_started()
    {
        var squid = await server.Squid("noop", """{"n":1}""");
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"params":{"token":"{{$secrets.NOBODYS}}"}}""")).Ok();
        var said = await server.Start(squid);
        Assert.Equal((400, "validation_error"), (said.Status, said.Json.GetProperty("error").GetProperty("type").GetString()));
        Assert.Equal(0, (await server.Lobstr("GET", $"/v1/runs?squid={squid}")).Ok().Whole("total_results"));
    }

    static async Task<AttemptRef> Assigned(IAsyncEnumerator<CommandFrame> frames)
    {
        while (await frames.MoveNextAsync())
            if (frames.Current is AssignFrame assign)
                return assign.Attempt;
        throw new InvalidOperationException("It was handed nothing.");
    }

    static double Seconds(string time) => TimeSpan.Parse(time, CultureInfo.InvariantCulture).TotalSeconds;

    static decimal Number(LobstrSaid said, string name) => said.Json.GetProperty(name).GetDecimal();

    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(50.1833, "0:00:50.183300")]
    [InlineData(3_723.5, "1:02:03.500000")]
    [InlineData(90_000, "1 day, 1:00:00")]
    [InlineData(200_000.000001, "2 days, 7:33:20.000001")]
    public void Times_are_written_as_theirs_are(double seconds, string text) => Assert.Equal(text, Durations.Text(TimeSpan.FromMicroseconds(Math.Round(seconds * 1_000_000))));

    [Fact]
    public async Task What_a_task_has_collected_in_several_tries_is_told_together()
    {
        var squid = await server.Squid("leak", """{"n":1}""");
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"params":{"text":"xx","fails":true,"maxAttempts":2,"backoff":{"initialSeconds":0.01}}}""")).Ok();
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.UntilExported(hash);

        var task = (await server.Lobstr("GET", $"/v1/runtasks?run={hash}")).Ok().Data.Single();

        Assert.Equal(("error", 4L, 4L), (task.GetProperty("status").GetString(), task.GetProperty("total_results").GetInt64(), task.GetProperty("last_result").GetInt64()));
        var tries = (await server.Stores.Reader.Attempts(Run(hash), Cancel)).Select(one => one.Attempt).ToList();
        Assert.Equal((Time(tries[0].AssignedAt), Time(tries[1].EndedAt)), (task.GetProperty("started_at").GetString(), task.GetProperty("ended_at").GetString()));
        var results = (await server.Lobstr("GET", $"/v1/results?run={hash}&task={task.GetProperty("task").GetString()}")).Ok();
        Assert.Equal((4L, 4), (results.Whole("total_results"), results.Data.Select(result => result.GetProperty("id").GetString()).Distinct().Count()));
        Assert.Equal(2, (await server.Lobstr("GET", $"/v1/runs/{hash}/credits")).Json.GetProperty("breakdown")[0].GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task Of_very_many_results_it_is_counted_how_many_differ_when_they_are_exported()
    {
        var mayKeep = new TaskCompletionSource();
        var other = new TestServer { Between = stores => Instead.Of(stores, "get_Exports", (real, _) => Instead.Of(real.Exports, nameof(IExportStore.Keep), Keep)) };
        await other.InitializeAsync();
        await using (other)
        {
            try
            {
                var (most, more) = (await Collect(10_000), await Collect(10_001));
                Assert.Equal(((10_000L, 1L), (10_001L, 10_001L)), (await Counted(most), await Counted(more)));
                mayKeep.SetResult();
                await other.UntilExported(more);
                Assert.Equal((10_001L, 1L), await Counted(more));
            }
            finally
            {
                // Whatever has failed: a server that goes down waits for its duties.
                mayKeep.TrySetResult();
            }
        }

        async Task<string> Collect(int items)
        {
            var payload = JsonSerializer.Serialize(new { emits = $"[{string.Join(',', Enumerable.Repeat(1, items))}]" });
            var run = (await other.Client.StartInline(new() { Definition = Graph("emit", $$""", "payload": {{payload}}""") }, cancel: Cancel)).Id;
            await other.Client.Until(run, now => now.EndedAt is not null);
            return run.ToString("N");
        }

        async Task<(long, long)> Counted(string hash) =>
            (await other.Lobstr("GET", $"/v1/runs/{hash}")).Ok() switch { var run => (run.Whole("total_results"), run.Whole("total_unique_results")) };

        async Task Keep(IExportStore exports, object?[] args)
        {
            await mayKeep.Task;
            await exports.Keep((long)args[0]!, (Guid)args[1]!, (Manifest)args[2]!, (CancellationToken)args[3]!);
        }
    }

    [Fact]
    public async Task An_export_that_was_given_up_is_none_and_the_run_is_what_it_was()
    {
        var hash = await server.Begin("collect", """{"url":"a"}""");
        await server.UntilCollected(hash, 3);
        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        await server.UntilExported(hash);

        await server.BreakStore($"UPDATE exports SET error = 'the disk was full', items = NULL, distinct_items = NULL, bytes = NULL, sha256 = NULL WHERE run = x'{hash}'");

        var run = (await server.Lobstr("GET", $"/v1/runs/{hash}")).Ok();
        Assert.Equal(("aborted", "aborted", false, 0L), (run.Text("status"), run.Text("done_reason"), run.Flag("export_done"), run.Whole("export_count")));
        Assert.Equal((JsonValueKind.Null, 3L, 3L), (run.Json.GetProperty("export_time").ValueKind, run.Whole("total_results"), run.Whole("total_unique_results")));
        Assert.Equal(404, (await server.Lobstr("GET", $"/v1/runs/{hash}/download")).Status);
        Assert.Equal(404, (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Status);
    }
}
