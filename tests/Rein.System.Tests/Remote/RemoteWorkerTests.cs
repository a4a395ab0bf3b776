using System.Text;
using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.Steps;
using Rein.System.Tests.Host;
using Rein.Worker;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>The channel over HTTP, with a real worker at its other end.</summary>
public sealed class RemoteWorkerTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_remote_worker_executes_steps_and_what_it_says_arrives_as_it_was_said()
    {
        await using var worker = await RemoteWorker.Connect(server, "talking", new()
        {
            ["talk"] = async (run, _) =>
            {
                await run.Items.Add("{\n \"n\": 1.50,\n \"text\": \"ü\\n\\u0000\" }"u8.ToArray());
                await run.Items.AddText("zwei");
                await run.Items.Add("\"half \\ud83d\""u8.ToArray());
                await run.Log.Write("a line with \"quotes\" and a tab\t");
                await run.Usage.Add(0.25m);
                return StepResult.SuccessWith(run.Payload);
            },
        });

        var run = await Start("talking", "talk", """{ "pool": "talking", "deep": { "a": [1, 2.50, "x"] } }""");
        await Until(run.Id, "ended");

        Assert.Equal("succeeded", (await server.Client.ReadRun(run.Id, cancel: Cancel)).State);
        var items = (await server.Client.ReadItems(run.Id, cancel: Cancel)).Items;
        Assert.Equal(["{\"n\":1.50,\"text\":\"ü\\n\\u0000\"}", "\"zwei\""], items.Take(2).Select(item => item.Value.GetRawText()));
        Assert.Equal("half \ufffd", items[2].Value.GetString());
    }

    [Fact]
    public async Task A_stop_reaches_the_token_of_a_remote_worker_and_is_proved()
    {
        await using var worker = await RemoteWorker.Connect(server, "holding", new() { ["grip"] = Hold.Execute });
        var run = await Start("holding", "grip", """{ "pool": "holding" }""");
        await Until(run.Id, "step_assigned");

        var stopped = await server.Client.Stop(run.Id, new() { Reason = "a test" }, wait: TimeSpan.FromSeconds(30), cancel: Cancel);

        Assert.Equal(("exited", "asked"), (stopped.Stop!.Verdict, stopped.Stop.Rung));
    }

    [Fact]
    public async Task A_remote_try_goes_on_from_where_the_one_before_it_was_and_knows_how_long_it_has()
    {
        var places = new List<(int? Place, TimeSpan? Left)>();
        await using var worker = await RemoteWorker.Connect(server, "again", new()
        {
            ["resume"] = async (run, _) =>
            {
                places.Add((run.LastCheckpoint<int?>(), run.TimeLeft));
                run.Progress(0.5, "half of it");
                await run.Checkpoint(10 * run.Try);
                await Assert.ThrowsAsync<CheckpointTooLargeException>(() => run.Checkpoint(new string('x', 70_000)));
                return run.Try < 3 ? StepResult.Failure("again") : StepResult.Success;
            },
        });

        var run = await server.Client.StartInline(new()
        {
            Definition = Graph("resume", """, "payload": { "pool": "again", "maxAttempts": 3, "backoff": { "initialSeconds": 0.01 } }"""), DeadlineSeconds = 600,
        }, cancel: Cancel);
        await Until(run.Id, "ended");

        Assert.Equal([null, 10, 20], places.Select(seen => seen.Place));
        Assert.All(places, seen => Assert.InRange(seen.Left!.Value.TotalSeconds, 1, 600));
        var ended = (await server.Client.ReadRun(run.Id, cancel: Cancel)).Steps!.Single(step => step.Id == "work");
        Assert.Equal(("succeeded", "half of it"), (ended.State, ended.Attempt!.Progress!.Note));
    }

    [Fact]
    public async Task A_checkpoint_that_is_too_large_is_refused_by_its_own_code_and_the_rest_of_its_batch_is_taken()
    {
        using var key = await server.ConnectWith("work");
        var session = await key.OpenSession(new("by hand", "by-hand", ["hold"], 1), Cancel);
        var run = await Start("by-hand", "hold", """{ "pool": "by-hand" }""");
        AttemptRef attempt = default;
        await foreach (var frame in key.ReadCommands(session.Session, Cancel))
            if (frame is AssignFrame assign)
            {
                attempt = assign.Attempt;
                break;
            }

        var answers = await key.SendReports(session.Session,
            [new ProgressReport(attempt, 1, 0.5, "half"), new CheckpointReport(attempt, 1, Encoding.UTF8.GetBytes($"\"{new string('x', 70_000)}\"")), new CheckpointReport(attempt, 2, "2"u8.ToArray())],
            Cancel);
        Assert.Equal([ReportStatus.Accepted, ReportStatus.Refused, ReportStatus.Accepted], answers.Select(answer => answer.Status));
        await server.Client.Stop(run.Id, new() { Force = true }, cancel: Cancel);
        Assert.Equal(ReportStatus.Fenced, Assert.Single(await key.SendReports(session.Session, [new ProgressReport(attempt, 2, 0.6, null)], Cancel)).Status);
        await key.CloseSession(session.Session, Cancel);
    }

    Task<RunDocument> Start(string pool, string kind, string payload) =>
        server.Client.StartInline(new() { Definition = Graph(kind, $", \"payload\": {payload}") }, cancel: Cancel);

    async Task Until(Guid run, string line)
    {
        await foreach (var change in server.Client.Watch(run, cancel: Cancel))
            if (change.Lines.Any(said => said.Kind == line))
                return;
    }
}
