using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.Steps;
using Rein.Worker;
using Rein.Worker.Ladder;

namespace Rein.System.Tests.Nodes;

/// <summary>A worker behind a balancer that knows no affinity: what it asks meets another node than the one whose frames it reads.</summary>
public sealed class SplitWorkerTests
{
    const int Places = 2;
    const int Rounds = 4;

    static readonly NodeSetup WithoutWorkers = new()
    {
        Capacity = 0,
        // What lost signals would have told is looked up after half a lease.
        Options = NodeSetup.Quick with { Lease = TimeSpan.FromSeconds(1) },
    };

    public enum Balancer
    {
        StreamHereAndTheRestThere,
        EachRequestToTheNextNode,
    }

    [Theory]
    [InlineData(Balancer.StreamHereAndTheRestThere, false)]
    [InlineData(Balancer.StreamHereAndTheRestThere, true)]
    [InlineData(Balancer.EachRequestToTheNextNode, false)]
    [InlineData(Balancer.EachRequestToTheNextNode, true)]
    public async Task A_worker_whose_reports_meet_another_node_than_its_stream_gets_its_places_back_and_hears_its_stops(Balancer balancer, bool signalsAreLost)
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers, isPushCut: signalsAreLost);
        var (here, there) = (cluster.Nodes[0], cluster.Nodes[1]);
        var channel = new SplitChannel(here.NewChannel(here.Organization), there.NewChannel(here.Organization), balancer);
        using var thread = new StopThread();
        using var worker = new ReinWorker(channel, new("split", Places), thread);
        using var stopTaking = new CancellationTokenSource();
        var working = worker.Handle(Noop.Kind, Noop.Execute).Handle(Hold.Kind, Hold.Execute).Run(_ => { }, stopTaking.Token);

        // Each round takes every place there is: one that is not given back is missing from then on.
        for (var round = 0; round < (signalsAreLost ? 2 : Rounds); round++)
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, Places).Select(i => cluster.Nodes[i % 2].StartRun(Graphs.Single("hold"))));
            foreach (var run in runs)
            {
                await here.Until(run, now => now.ActiveAttempts == 1);
                await there.Stop(run, graceSeconds: 20);
            }
            foreach (var run in runs)
                Assert.Equal((RunState.Stopped, Verdict.Exited), await there.UntilProved(run) is var ended ? (ended.State, ended.Verdict) : default);
        }
        foreach (var run in await Task.WhenAll(Enumerable.Range(0, 3 * Places).Select(_ => here.StartRun(Graphs.Single("noop")))))
            Assert.Equal(RunState.Succeeded, (await here.UntilEnded(run)).State);

        Assert.Single(await here.Stores.Sessions.List(here.Organization, TestContext.Current.CancellationToken));
        await stopTaking.CancelAsync();
        await working;
        Assert.Empty(await here.Stores.Sessions.List(here.Organization, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_node_that_hears_nothing_of_a_session_but_its_stream_ends_that_when_it_is_over()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers, isPushCut: true);
        var (here, there) = (cluster.Nodes[0], cluster.Nodes[1]);
        var channel = here.NewChannel(here.Organization);
        var session = (await channel.Open(new("split", null, ["hold"], 1), TestContext.Current.CancellationToken)).Session;
        var frames = channel.Commands(session, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = frames.MoveNextAsync().AsTask();

        await there.Stores.Sessions.End(session, TestContext.Current.CancellationToken);

        Assert.False(await next.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Null(here.Capacity.Find(session));
        await frames.DisposeAsync();
    }

    /// <summary>The stream is one node's; everything else the other's, or goes to both in turn.</summary>
    sealed class SplitChannel(IWorkerChannel stream, IWorkerChannel other, Balancer balancer) : IWorkerChannel
    {
        int turn;

        IWorkerChannel Next => balancer is Balancer.EachRequestToTheNextNode && Interlocked.Increment(ref turn) % 2 == 0 ? stream : other;

        public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) => Next.Open(request, cancel);
        public IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel) => stream.Commands(session, cancel);
        public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel) => Next.Report(session, reports, cancel);
        public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel) => Next.Beat(session, beat, cancel);
        public Task Close(Guid session, CancellationToken cancel) => Next.Close(session, cancel);
    }
}
