using System.Diagnostics;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Pools;

/// <summary>A pool that wants it is tried: whoever cannot be stopped is given nothing.</summary>
public sealed class DrillTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly NodeSetup Quick = new() { Options = NodeSetup.Quick with { DrillAgain = TimeSpan.FromMilliseconds(100) } };

    static readonly NodeSetup WithoutWorkers = Quick with { Capacity = 0 };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drill_that_passes_leaves_the_latency_of_its_stop_and_a_run_that_costs_nothing()
    {
        await using var node = await TestNode.Start(Quick);
        await Set(node, null, every: 0.2);
        var passed = await Until(node, null, drill => drill is { State: DrillState.Passed });

        Assert.InRange(passed.Proved!.Value, passed.Heard!.Value, passed.Rule.Within);
        var run = (await node.Stores.Reader.List(new(node.Organization, 1) { Label = ("rein:drill", "default") }, Cancel))[0].Run;
        var stopped = await node.UntilProved(run.Id);
        Assert.Equal((RunState.Stopped, Cause.Policy, "system:drill", 0), (stopped.State, stopped.Cause, stopped.Stop!.Actor, stopped.Credits));
        var page = node.Scrape();
        Assert.True(page["rein_drills_total{pool=\"default\",outcome=\"passed\"}"] >= 1);
        Assert.True(page["rein_drill_latency_seconds_count{pool=\"default\",stage=\"proved\"}"] >= 1);
        Assert.Empty(await node.Stores.Audit.List(new(node.Organization, 10), Cancel));
    }

    [Fact]
    public void A_start_cannot_pass_for_a_drill_and_be_pruned_like_one() => Assert.StartsWith(Rein.Server.Api.Requests.Fields.OwnLabels, Rein.Server.Drills.Canary.Label, StringComparison.Ordinal);

    [Fact]
    public async Task A_pool_that_ignores_its_stop_is_given_nothing_until_a_drill_passes()
    {
        await using var node = await TestNode.Start(WithoutWorkers);
        await using var worker = await Deaf.Connect(node, "gpu");
        await Set(node, "gpu", within: 0.1);
        var failed = await Until(node, "gpu", drill => drill is { State: DrillState.Failed });
        Assert.Contains("within 100 ms", failed.Why!, StringComparison.Ordinal);
        await UntilClosed(node, count: 1);

        var run = await node.StartRun(Graphs.Single("hold"), start => start with { Pool = "gpu" });
        await Until(node, "gpu", drill => drill.LastAt > failed.LastAt);
        Assert.Equal(1, (await node.Read(run)).Ready);
        Assert.DoesNotContain(run, worker.Assigned);

        worker.Hears = true;
        await Until(node, "gpu", drill => drill is { State: DrillState.Passed });
        await node.Until(run, now => now.ActiveAttempts == 1);
        var said = (await node.Stores.Audit.List(new(node.Organization, 10), Cancel)).Select(line => (line.Entry.Action, line.Entry.Target));
        Assert.Equal([(AuditAction.DrillPassed, "pool:gpu"), (AuditAction.DrillFailed, "pool:gpu")], said);
    }

    [Fact]
    public async Task A_pool_whose_workers_take_no_drills_cannot_be_said_to_stop()
    {
        await using var node = await TestNode.Start(WithoutWorkers);
        await TestWorker.Connect(node, pool: "gpu");
        await Set(node, "gpu");
        var failed = await Until(node, "gpu", drill => drill is { State: DrillState.Failed });
        Assert.Contains("no worker of the pool takes steps of the kind drill", failed.Why!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_does_not_wait_for_the_stop_of_its_drill_cannot_be_said_to_stop()
    {
        await using var node = await TestNode.Start(WithoutWorkers);
        await using var worker = await Deaf.Connect(node, "gpu", ends: true);
        await Set(node, "gpu");
        var failed = await Until(node, "gpu", drill => drill is { State: DrillState.Failed });
        Assert.Contains("did not wait to be stopped: its attempt has succeeded", failed.Why!, StringComparison.Ordinal);
    }

    /// <summary>Who did not wait may still be later than the stop.</summary>
    [Fact]
    public async Task A_worker_whose_drill_succeeds_behind_its_stop_cannot_be_said_to_stop_either()
    {
        await using var node = await TestNode.Start(WithoutWorkers);
        await using var worker = await Deaf.Connect(node, "gpu", hears: true, says: AttemptOutcome.Succeeded);
        await Set(node, "gpu");
        var failed = await Until(node, "gpu", drill => drill.State is not DrillState.Waiting);
        Assert.Contains("did not wait to be stopped: its attempt has succeeded", failed.Why ?? "it passed", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CommitKinds.Stop)]
    [InlineData(CommitKinds.Ended)]
    public async Task A_server_that_takes_long_to_tell_of_a_stop_or_to_note_its_proof_fails_no_pool(CommitKinds slow)
    {
        var stalls = 0;
        var options = Quick.Options with
        {
            Probe = (kinds, isCommitted) =>
            {
                // Longer than the pool may take, and than whoever is late is waited for.
                var since = Stopwatch.GetTimestamp();
                if (!isCommitted && kinds.HasFlag(slow) && Interlocked.Increment(ref stalls) == 1)
                    SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(since).TotalSeconds > 1.5);
            },
        };
        await using var node = await TestNode.Start(WithoutWorkers with { Options = options });
        await using var worker = await Deaf.Connect(node, "gpu", hears: true);
        await Set(node, "gpu", every: 3600, within: 0.5);
        var passed = await Until(node, "gpu", drill => drill.State is not DrillState.Waiting);
        Assert.Equal((DrillState.Passed, null), (passed.State, passed.Why));
        Assert.InRange(passed.Proved!.Value, TimeSpan.Zero, passed.Rule.Within);
    }

    [Fact]
    public async Task A_pool_without_workers_and_one_whose_places_are_taken_say_nothing()
    {
        await using var node = await TestNode.Start(WithoutWorkers);
        await Set(node, "gpu");
        await node.UntilAsync(Guid.Empty, () => Task.FromResult(node.Scrape()["rein_drills_total{pool=\"gpu\",outcome=\"skipped\"}"] > 0));
        Assert.Equal(DrillState.Waiting, (await Drill(node, "gpu"))!.State);
    }

    [Fact]
    public async Task A_failure_outlives_the_node_that_found_it_and_every_node_keeps_to_it()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers);
        var (finder, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        await using (await Deaf.Connect(finder, "gpu"))
        {
            await Set(finder, "gpu", within: 1);
            await Until(other, "gpu", drill => drill is { State: DrillState.Failed });
            await finder.Die();
        }
        await UntilClosed(other, count: 1);
        await using var sound = await Deaf.Connect(other, "gpu", hears: true, name: "sound");
        var run = await other.StartRun(Graphs.Single("hold"), start => start with { Pool = "gpu" });
        // Whoever died may have held the next drill, and would for minutes.
        await Set(other, "gpu");
        await other.Until(run, now => now.ActiveAttempts == 1);
        await Until(other, "gpu", drill => drill is { State: DrillState.Passed });
    }

    [Fact]
    public async Task Two_nodes_do_one_drill()
    {
        await using var cluster = await TestCluster.Start(2, Quick);
        await Set(cluster.Nodes[0], null, every: 3600);
        foreach (var node in cluster.Nodes)
            node.Drills.Look();
        await Until(cluster.Nodes[1], null, drill => drill is { State: DrillState.Passed });
        foreach (var node in cluster.Nodes)
            node.Drills.Look();
        Assert.Single(await cluster.Nodes[0].Stores.Reader.List(new(cluster.Nodes[0].Organization, 10) { Label = ("rein:drill", "default") }, Cancel));
    }

    static async Task Set(TestNode node, string? pool, double every = 0.1, double within = 2)
    {
        await node.Stores.Pools.SetDrill(new(node.Organization, pool), new(TimeSpan.FromSeconds(every), TimeSpan.FromSeconds(within)), null, Cancel);
        node.Drills.Look();
    }

    static async Task<DrillView?> Drill(TestNode node, string? pool) =>
        (await node.Stores.Pools.List(node.Organization, Cancel)).Single(row => row.Key.Pool == pool).Drill;

    static async Task<DrillView> Until(TestNode node, string? pool, Func<DrillView, bool> wanted)
    {
        DrillView? drill = null;
        await node.UntilAsync(Guid.Empty, async () => (drill = await Drill(node, pool)) is not null && wanted(drill));
        return drill!;
    }

    static Task UntilClosed(TestNode node, long count) => node.UntilAsync(Guid.Empty, () => Task.FromResult(node.Capacity.Gates.Unable == count));

    /// <summary>A worker that takes everything, and hears of no stop until it is told to.</summary>
    sealed class Deaf : IAsyncDisposable
    {
        readonly CancellationTokenSource stop = new();
        Task reading = Task.CompletedTask;

        public volatile bool Hears;

        bool ends;
        AttemptOutcome says;

        public global::System.Collections.Concurrent.ConcurrentBag<Guid> Assigned { get; } = [];

        public static async Task<Deaf> Connect(TestNode node, string pool, bool hears = false, string name = "deaf", bool ends = false, AttemptOutcome says = AttemptOutcome.Stopped)
        {
            var worker = new Deaf { Hears = hears, ends = ends, says = says };
            var connected = await TestWorker.Connect(node, name, pool, node.Organization, 50, "drill", "hold");
            worker.reading = Task.Run(() => worker.Read(connected));
            return worker;
        }

        async Task Read(TestWorker worker)
        {
            try
            {
                await foreach (var frame in worker.Frames(stop.Token))
                    if (frame is AssignFrame ended && ends)
                        await worker.Report(new EndedReport(ended.Attempt, AttemptOutcome.Succeeded, AttemptProof.Clean));
                    else if (frame is AssignFrame assign)
                        Assigned.Add(assign.Attempt.Run);
                    else if (frame is StopFrame told && Hears)
                        await worker.Report(new EndedReport(told.Attempt, says, AttemptProof.Clean));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The test is over.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await reading;
            stop.Dispose();
        }
    }
}
