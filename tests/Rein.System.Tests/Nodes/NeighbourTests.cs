using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;

namespace Rein.System.Tests.Nodes;

/// <summary>What nodes on one store tell each other, and what becomes of it.</summary>
public sealed class NeighbourTests
{
    static readonly NodeSetup WithoutWorkers = new() { Capacity = 0 };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "H8 A watcher on another node sees the end without looking by itself")]
    public async Task A_watcher_on_another_node_sees_the_end()
    {
        await using var cluster = await TestCluster.Start(3, new());
        var (holder, asked, watched) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        var run = await holder.StartRun(Graphs.Single("hold"));
        using var watch = watched.Feed.Watch(run);
        while ((await watched.Read(run)).ActiveAttempts == 0)
            await Changed(watch);

        await asked.Stop(run);

        while (!(await watched.Read(run)).HasEnded)
            await Changed(watch);
        Assert.Equal(Verdict.Exited, (await watched.Read(run)).Verdict);
    }

    [Fact]
    public async Task A_step_that_no_worker_of_its_own_node_can_take_is_taken_by_another_nodes()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers);
        await cluster.Nodes[1].StartWorker();
        var run = await cluster.Nodes[0].StartRun(Graphs.Single("noop"));
        Assert.Equal(RunState.Succeeded, (await cluster.Nodes[0].UntilEnded(run)).State);
        Assert.Equal("worker-1", Assert.Single(await cluster.Nodes[0].Attempts(run)).Attempt.Worker);
    }

    [Fact]
    public async Task Others_are_told_what_they_can_have_a_use_for_and_nothing_else()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers);
        var (first, second) = (cluster.Nodes[0], cluster.Nodes[1]);
        await using var third = cluster.Open(WithoutWorkers);
        await using var heard = third.Signals!.Listen(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True((await Next(heard)).IsFresh);

        // A run that begins is watched by nobody; what waits for a worker may find one elsewhere.
        var waiting = await first.StartRun(Graphs.Single("hold"));
        Assert.Equal((0, 0, 1), Sizes(await Next(heard)));
        await first.Stop(waiting);
        Assert.Equal((1, 0, 0), Sizes(await Next(heard)));

        // A session whose frames nobody reads here may be read elsewhere; a worker of one's own is told directly.
        var worker = await TestWorker.Connect(first);
        var run = await worker.Begin(() => first.StartRun(Graphs.Single("hold")));
        await first.Stop(run);
        await second.Stop(run);
        await first.StartWorker();
        var own = await first.StartRun(Graphs.Single("hold"));
        await first.Until(own, now => now.ActiveAttempts == 1);
        await first.Stop(own);
        await first.StartRun(Graphs.Single("hold", """{ "pool": "last-of-one" }"""));
        await second.StartRun(Graphs.Single("hold", """{ "pool": "last-of-another" }"""));
        var told = new List<Guid>();
        for (var ends = 0; ends < 2;)
        {
            var signal = await Next(heard);
            told.AddRange(signal.Sessions);
            ends += signal.Pools.Count(pool => pool is not null);
        }
        // Of both stops; and of the assign, where its reader had left by the time that others were told.
        Assert.Equal([worker.Opened.Session], told.Distinct());
        Assert.InRange(told.Count, 2, 3);
    }

    [Fact]
    public async Task An_assign_for_a_worker_whose_stream_has_left_meanwhile_is_told()
    {
        Action? leaves = null;
        var options = NodeSetup.Quick with
        {
            Probe = (kinds, isCommitted) =>
            {
                if (!isCommitted && kinds.HasFlag(Rein.Server.Commits.CommitKinds.Claim))
                    leaves?.Invoke();
            },
        };
        await using var cluster = await TestCluster.Start(1, WithoutWorkers with { Options = options });
        var node = cluster.Nodes[0];
        await using var other = cluster.Open(WithoutWorkers);
        await using var heard = other.Signals!.Listen(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True((await Next(heard)).IsFresh);
        var worker = await TestWorker.Connect(node, organization: node.Organization);
        using var stream = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var frames = worker.Frames(stream.Token).GetAsyncEnumerator(Cancel);
        var next = frames.MoveNextAsync();
        var session = node.Capacity.Find(worker.Opened.Session)!;
        Assert.True(SpinWait.SpinUntil(() => session.IsRead, TimeSpan.FromSeconds(30)));
        leaves = () =>
        {
            stream.Cancel();
            Assert.True(SpinWait.SpinUntil(() => !session.IsRead, TimeSpan.FromSeconds(30)));
        };

        await node.StartRun(Graphs.Single("hold"));

        var told = await Next(heard);
        while (told.Sessions.IsEmpty)
            told = await Next(heard);
        Assert.Equal([worker.Opened.Session], told.Sessions);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact(DisplayName = "H8 A stop that is committed where a stream began is told where it has gone, though the connection there has died without a word")]
    public async Task A_stop_is_told_where_a_stream_has_gone()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers);
        var (first, second) = (cluster.Nodes[0], cluster.Nodes[1]);
        var worker = await TestWorker.Connect(first, organization: first.Organization);
        // Nobody takes a frame from it any more, and nobody ends it.
        await using var dead = worker.Frames(Cancel).GetAsyncEnumerator(Cancel);
        var assigned = dead.MoveNextAsync().AsTask();
        await first.StartRun(Graphs.Single("hold"));
        Assert.True(await assigned.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        var attempt = Assert.IsType<AssignFrame>(dead.Current).Attempt;
        var end = dead.MoveNextAsync().AsTask();
        Assert.True(first.Capacity.Find(worker.Opened.Session)!.IsRead);

        await using var frames = second.NewChannel(second.Organization).Commands(worker.Opened.Session, Cancel).GetAsyncEnumerator(Cancel);
        var next = frames.MoveNextAsync().AsTask();
        Assert.False(await end.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        await first.Stop(attempt.Run);

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(attempt, Assert.IsType<StopFrame>(frames.Current).Attempt);
    }

    [Fact(DisplayName = "H8 A stream that comes back to where its session was opened ends the one that died without a word where it had gone")]
    public async Task A_stream_that_comes_back_ends_the_one_elsewhere()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers);
        var (first, second) = (cluster.Nodes[0], cluster.Nodes[1]);
        var worker = await TestWorker.Connect(first, organization: first.Organization);
        // Nobody takes a frame from it any more, and nobody ends it.
        await using var dead = second.NewChannel(second.Organization).Commands(worker.Opened.Session, Cancel).GetAsyncEnumerator(Cancel);
        var end = dead.MoveNextAsync().AsTask();
        Assert.True(SpinWait.SpinUntil(() => second.Capacity.Find(worker.Opened.Session) is { IsRead: true }, TimeSpan.FromSeconds(30)));

        var next = Next();

        Assert.False(await end.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        await second.StartRun(Graphs.Single("hold"));
        Assert.IsType<AssignFrame>(await next.WaitAsync(TimeSpan.FromSeconds(30), Cancel));

        // Where the word of the other stream comes late, this one ends for it, and is opened again.
        async Task<CommandFrame> Next()
        {
            while (true)
                await foreach (var frame in worker.Frames(Cancel))
                    return frame;
        }
    }

    static (int Runs, int Sessions, int Pools) Sizes(StoreSignal signal) => (signal.Runs.Length, signal.Sessions.Length, signal.Pools.Length);

    /// <summary>A minute is longer than any look that would find it without a signal, and than the patience of this test.</summary>
    static async Task Changed(Rein.Server.Live.RunWatch watch) =>
        Assert.True(await watch.Changed(TimeSpan.FromMinutes(1), TimeProvider.System, Cancel).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel));

    static async Task<StoreSignal> Next(IAsyncEnumerator<StoreSignal> heard) =>
        await heard.MoveNextAsync() ? heard.Current : throw new InvalidOperationException("Listening has ended.");
}
