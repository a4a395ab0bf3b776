using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Pools;

/// <summary>What is drained is handed nothing new, and everything else goes on: what it holds, stops, limits, the queue.</summary>
public sealed class DrainTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly DrainWish Open = new("key:test", null);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drained_pool_is_handed_nothing_finishes_what_it_holds_and_goes_on_when_it_is_reopened()
    {
        await using var node = await TestNode.Start();
        var before = await node.StartRun(Graphs.Single("hold"));
        await node.Until(before, run => run.ActiveAttempts == 1);
        await node.Drain(null, Open);

        var after = await node.StartRun(Graphs.Single("noop"));
        // Only a look at the queue could hand it out; it finds nothing for anybody.
        node.Commands.LookForClaims();
        var other = await node.StartRun(Graphs.Single("log", """{ "message": "said behind it" }"""));
        await node.UntilEnded(other);
        Assert.Equal((RunState.Queued, 1), ((await node.Read(after)).State, (await node.Read(after)).Ready));
        Assert.False(node.Capacity.IsWorthClaiming);
        Assert.Equal(1, (await node.Read(before)).ActiveAttempts);

        await node.Drain(null, null);
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(after)).State);
        await node.Stop(before);
        await node.UntilProved(before);
    }

    [Fact]
    public async Task The_pool_of_one_organization_is_drained_and_that_of_no_other()
    {
        await using var node = await TestNode.Start();
        await node.Drain(null, Open);
        var theirs = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var waits = await node.StartRun(Graphs.Single("noop"));
        var runs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => node.StartRun(Graphs.Single("noop"), start => start with { Organization = theirs })));
        foreach (var run in runs)
            await node.UntilAsync(run, async () => (await node.Stores.Reader.Find(theirs, run, Cancel))!.Run.HasEnded);
        Assert.Equal(1, (await node.Read(waits)).Ready);
    }

    [Fact]
    public async Task A_run_without_a_worker_in_its_pool_is_stopped_as_any_other()
    {
        await using var node = await TestNode.Start();
        await node.Drain("gpu", Open);
        foreach (var pool in new[] { "gpu", "nobody" })
        {
            var run = await node.StartRun(Graphs.Single("noop"), start => start with { Pool = pool });
            Assert.Equal(Answer.Stopped, (await node.Stop(run)).Answer);
            Assert.Equal(Verdict.NeverStarted, (await node.UntilProved(run)).Verdict);
            var late = await node.StartRun(Graphs.Single("noop"), start => start with { Pool = pool, QueueTtl = TimeSpan.FromMilliseconds(50) });
            Assert.Equal(Cause.QueueTtl, (await node.UntilEnded(late)).Cause);
        }
        Assert.Empty(await node.Stores.Pools.Depths(node.Organization, Cancel));
    }

    [Fact]
    public async Task Clean_up_that_names_a_pool_of_its_own_is_done_though_the_pool_of_its_run_is_drained()
    {
        await using var node = await TestNode.Start();
        var worker = await TestWorker.Connect(node, pool: "gpu", kinds: ["hold"]);
        var elsewhere = await Stopped(""", "pool": "default" """);
        var there = await Stopped("");

        Assert.Equal(StepState.Succeeded, (await TidyOf((await node.UntilEnded(elsewhere)).Id)).State);
        Assert.Equal(StepState.Stopped, (await TidyOf((await node.UntilEnded(there)).Id)).State);

        async Task<Guid> Stopped(string tidy)
        {
            await node.Drain("gpu", null);
            var run = await worker.Begin(() => node.StartRun(
                $$"""{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold" }, "tidy": { "type": "noop", "payload": { "finally": true{{tidy}} } } } }""", start => start with { Pool = "gpu" }));
            await node.Drain("gpu", Open);
            await node.Stop(run);
            await worker.Report(new EndedReport(worker.Held, AttemptOutcome.Stopped, AttemptProof.Clean));
            return run;
        }

        async Task<Step> TidyOf(Guid run) => Assert.Single(await node.Stores.Reader.Steps(run, ["tidy"], Cancel));
    }

    [Fact]
    public async Task A_limit_counts_runs_that_wait_for_a_pool_and_their_stop_frees_it()
    {
        await using var node = await TestNode.Start();
        var key = new LimitKey(node.Organization, "one");
        await node.Stores.Limits.Put(key, 1, Cancel);
        var holder = await node.StartRun(Graphs.Single("noop"), start => start with { Pool = "nobody", LimitKeys = ["one"] });
        var next = await node.StartRun(Graphs.Single("noop"), start => start with { LimitKeys = ["one"] });
        Assert.True((await node.Read(next)).IsBlocked);
        await node.Stop(holder);
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(next)).State);
    }

    [Fact]
    public async Task What_a_drained_session_holds_is_handed_back_in_time_and_tried_by_another()
    {
        var begun = new global::System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var node = await TestNode.Start(new() { Handlers = { ["once"] = (run, stop) => Once(run, begun, stop) } });
        var run = await node.StartRun(Graphs.Single("once"));
        await node.Until(run, now => now.ActiveAttempts == 1);
        var first = Assert.Single(await node.Attempts(run)).Attempt.Session;

        await node.DrainSession(first, new("key:test", TimeSpan.Zero));
        await node.Until(run, now => now.Ready == 1);
        Assert.Equal((Outcome.Returned, 0), Assert.Single(await node.Attempts(run)).Attempt.Outcome is { } outcome ? (outcome, (await node.Stores.Reader.Steps(run, null, 1, Cancel))[0].Tries) : default);

        await node.DrainSession(first, null);
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(run)).State);
    }

    static async Task<StepResult> Once(RunContext run, global::System.Collections.Concurrent.ConcurrentQueue<string> begun, CancellationToken stop)
    {
        begun.Enqueue(run.Attempt.Step);
        if (begun.Count == 1)
            await stop.UntilTold();
        return StepResult.Success;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drain_that_another_node_was_asked_for_reaches_the_worker(bool isPushCut)
    {
        await using var cluster = await TestCluster.Start(2, new() { Capacity = 0 }, isPushCut);
        var (owner, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        var worker = await TestWorker.Connect(owner, pool: "gpu", organization: owner.Organization, capacity: 3);
        await using var frames = worker.Frames(Cancel).GetAsyncEnumerator(Cancel);
        await other.Drain("gpu", new("key:test", TimeSpan.FromHours(1)));

        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        Assert.InRange(Assert.IsType<DrainFrame>(frames.Current).HandBackInMs!.Value, 3_000_000, 3_600_000);
        Assert.IsType<DrainFrame>(Assert.Single((await worker.Beat()).Outstanding));
        Assert.Empty(owner.Capacity.Queries(10, everything: true));
        var run = await owner.StartRun(Graphs.Single("hold"), start => start with { Pool = "gpu" });

        await other.Drain("gpu", null);
        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        Assert.True(Assert.IsType<DrainFrame>(frames.Current).IsOver);
        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        Assert.Equal(run, Assert.IsType<AssignFrame>(frames.Current).Attempt.Run);
        Assert.Empty((await worker.Beat()).Outstanding.OfType<DrainFrame>());
    }

    [Fact]
    public async Task A_run_hands_its_pool_down_to_children_that_name_none()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var parent = await node.StartRun(Graphs.Single("hold"), start => start with { Pool = "gpu" });
        var (inherits, says, other) = (node.Parse(Graphs.Single("hold")), node.Parse(Graphs.Single("hold")) with { Pool = "default" }, node.Parse(Graphs.Single("hold")) with { Pool = "cpu" });
        foreach (var child in new[] { inherits, says, other })
            Assert.Equal(Answer.Done, await node.StartChild(parent, child));
        Assert.Equal("gpu", (await node.Read(inherits.Run)).Pool);
        Assert.Null((await node.Read(says.Run)).Pool);
        Assert.Equal("cpu", (await node.Read(other.Run)).Pool);
        Assert.Equal([(null, 1), ("cpu", 1), ("gpu", 2)], (await node.Stores.Pools.Depths(node.Organization, Cancel)).Select(depth => (depth.Pool, depth.Ready)));
    }
}
