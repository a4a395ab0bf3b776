using System.Text;
using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Sessions;

/// <summary>A later try goes on from where an earlier one was, whoever made it; and nothing of that is changed after the fence.</summary>
public sealed class CheckpointTests
{
    const string Hold = """{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold", "payload": { "maxAttempts": 5 } } } }""";
    const string Pages = """
        { "nodes": { "root": { "type": "manual", "children": ["work"] },
          "work": { "type": "pages", "payload": { "maxAttempts": 4, "backoff": { "initialSeconds": 0.01 } } } } }
        """;

    [Fact]
    public async Task A_step_that_fails_is_tried_again_from_its_last_checkpoint()
    {
        var began = new List<int>();
        await using var node = await TestNode.Start(new()
        {
            Handlers = new()
            {
                ["pages"] = async (run, _) =>
                {
                    var from = run.LastCheckpoint<Place>()?.Page ?? 0;
                    began.Add(from);
                    for (var page = from + 1; page <= 9; page++)
                    {
                        await run.Items.Add(Encoding.UTF8.GetBytes($"{page}"));
                        await run.Checkpoint(new Place(page));
                        if (page == 3 * run.Try && run.Try < 3)
                            throw new InvalidOperationException($"It breaks behind page {page}.");
                    }
                    return StepResult.Success;
                },
            },
        });
        var run = await node.UntilEnded(await node.StartRun(Pages));

        Assert.Equal((RunState.Succeeded, null), (run.State, run.Error));
        Assert.Equal([0, 3, 6], began);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9"], await node.Items(run.Id));
    }

    sealed record Place(int Page);

    [Fact]
    public async Task A_worker_that_is_lost_leaves_its_checkpoint_to_another_and_changes_it_no_more()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var lost = await TestWorker.Connect(node, "lost");
        var run = await lost.Begin(() => node.StartRun(Hold));
        Assert.Equal(ReportStatus.Accepted, (await lost.Report(new CheckpointReport(lost.Held, 1, "{\"page\":7}"u8.ToArray()))).Status);
        var before = lost.Held;

        await lost.ConnectAgain();
        var (again, frame) = await Next(node, "other");

        Assert.Equal("{\"page\":7}", Encoding.UTF8.GetString(frame.Checkpoint!.Value.Span));
        Assert.Equal((run, 2), (frame.Attempt.Run, frame.Try));
        Assert.Equal(ReportStatus.Fenced, (await lost.Report(new CheckpointReport(before, 2, "{\"page\":8}"u8.ToArray()))).Status);
        Assert.Equal(ReportStatus.Fenced, (await lost.Report(new ProgressReport(before, 1, 0.5, null))).Status);
        await node.Stop(run, force: true);
        var late = await node.NewChannel().Report(again, [new CheckpointReport(frame.Attempt, 1, "9"u8.ToArray())], CancellationToken.None);
        Assert.Equal(ReportStatus.Fenced, Assert.Single(late).Status);
    }

    [Fact]
    public async Task One_that_is_too_large_or_no_JSON_is_refused_and_the_one_before_it_stands()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var worker = await TestWorker.Connect(node, "one");
        await worker.Begin(() => node.StartRun(Hold));
        await worker.Report(new CheckpointReport(worker.Held, 1, "1"u8.ToArray()));

        Assert.Equal(ReportStatus.Refused, (await worker.Report(new CheckpointReport(worker.Held, 2, new byte[CheckpointReport.MaxBytes + 1]))).Status);
        Assert.Equal(ReportStatus.Refused, (await worker.Report(new CheckpointReport(worker.Held, 3, "{"u8.ToArray()))).Status);

        Assert.Equal(ReportStatus.Unknown, (await Foreign(node, worker.Held)).Status);
        await worker.ConnectAgain();
        Assert.Equal("1", Encoding.UTF8.GetString((await Next(node, "other")).Frame.Checkpoint!.Value.Span));
    }

    /// <summary>A session of another organization speaks for nobody here.</summary>
    static async Task<ReportAnswer> Foreign(TestNode node, AttemptRef attempt)
    {
        var channel = node.NewChannel(await node.Stores.Keys.CreateOrganization("other", CancellationToken.None));
        var session = await channel.Open(new("foreign", null, ["hold"], 1), CancellationToken.None);
        return Assert.Single(await channel.Report(session.Session, [new CheckpointReport(attempt, 9, "9"u8.ToArray())], CancellationToken.None));
    }

    static async Task<(Guid Session, AssignFrame Frame)> Next(TestNode node, string worker)
    {
        var channel = node.NewChannel();
        var session = (await channel.Open(new(worker, null, ["hold"], 1), CancellationToken.None)).Session;
        await foreach (var frame in channel.Commands(session, CancellationToken.None))
            if (frame is AssignFrame assign)
                return (session, assign);
        throw new InvalidOperationException("The session is over.");
    }
}
