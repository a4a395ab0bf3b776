using System.Text;
using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Sessions;

/// <summary>Nothing a worker says or asks crosses its organization; and nobody is handed what a session before him is owed.</summary>
public sealed class ForeignSessionTests
{
    static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task A_worker_of_another_organization_neither_reports_nor_reads_nor_ends_anything_here()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var worker = await TestWorker.Connect(node);
        var run = await worker.Begin(() => node.StartRun(Graphs.Single("hold")));
        var stranger = node.NewChannel(await node.Stores.Keys.CreateOrganization("other", Patience));
        var own = await stranger.Open(new("stranger", null, ["hold"], 1), Patience);
        Report[] reports =
        [
            new ItemsReport(worker.Held, 1, [Encoding.UTF8.GetBytes("1")]),
            new EndedReport(worker.Held, AttemptOutcome.Succeeded, AttemptProof.Clean),
            new ReturnedReport(worker.Held, AttemptProof.Clean),
        ];

        foreach (var session in new[] { own.Session, worker.Opened.Session })
            Assert.All(await stranger.Report(session, reports, Patience), answer => Assert.Equal(ReportStatus.Unknown, answer.Status));
        Assert.False((await stranger.Beat(worker.Opened.Session, new([worker.Held]), Patience)).IsOpen);
        await stranger.Close(worker.Opened.Session, Patience);
        await foreach (var frame in stranger.Commands(worker.Opened.Session, Patience))
            Assert.Fail($"It was handed {frame}.");

        Assert.True((await worker.Beat()).IsOpen);
        Assert.Equal((RunState.Running, 1), ((await node.Read(run)).State, (await node.Read(run)).ActiveAttempts));
        Assert.Empty(await node.Items(run));
    }

    [Fact]
    public async Task A_worker_of_another_organization_is_handed_nothing()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var stranger = node.NewChannel(await node.Stores.Keys.CreateOrganization("other", Patience));
        var own = await stranger.Open(new("stranger", null, ["hold"], 1), Patience);
        await using var frames = stranger.Commands(own.Session, Patience).GetAsyncEnumerator(Patience);
        var next = frames.MoveNextAsync().AsTask();

        var run = await node.StartRun(Graphs.Single("hold"));

        Assert.Null(node.Capacity.TryReserveQueued(null, "hold", node.Organization));
        Assert.Equal(0, (await node.Read(run)).ActiveAttempts);
        await stranger.Close(own.Session, Patience);
        Assert.False(await next);
    }

    [Fact]
    public async Task A_session_that_the_same_worker_has_replaced_is_handed_nothing_more()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var worker = await TestWorker.Connect(node);
        var former = worker.Opened.Session;

        await worker.ConnectAgain();

        Assert.Null(node.Capacity.Find(former));
        Assert.NotNull(node.Capacity.Find(worker.Opened.Session));
    }
}
