using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Hazards;

/// <summary>Any node accepts any stop, and the worker hears of it, whichever node carries its session and whatever was lost between them.</summary>
public sealed class WrongNodeTests
{
    const double LongGrace = 600;

    /// <summary>So rare that nothing in a test is repaired by one.</summary>
    static readonly NodeSetup NoHeartbeats = new() { Options = NodeSetup.Quick with { Heartbeat = TimeSpan.FromHours(1), Lease = TimeSpan.FromHours(2) } };

    static readonly NodeSetup WithoutWorkers = new() { Capacity = 0 };

    static readonly NodeSetup ShortLease = WithoutWorkers with { Options = NodeSetup.Quick with { Lease = TimeSpan.FromSeconds(1) } };

    [Fact(DisplayName = "H8 Stops sent to all nodes in turn reach the runs that any of them holds, by push alone")]
    public async Task Stops_reach_the_runs_of_any_node()
    {
        await using var cluster = await TestCluster.Start(3, NoHeartbeats);
        await StopAllInTurn(cluster);
    }

    [Fact(DisplayName = "H8 H18 With every signal between the nodes lost, stops sent to the wrong ones land by heartbeats")]
    public async Task Stops_reach_the_runs_of_any_node_without_a_push()
    {
        await using var cluster = await TestCluster.Start(3, new(), isPushCut: true);
        await StopAllInTurn(cluster);
    }

    [Fact(DisplayName = "H18 A stop that another node committed is in the answer of the very next heartbeat")]
    public async Task A_stop_of_another_node_costs_one_heartbeat()
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers, isPushCut: true);
        var (run, worker) = await Begin(cluster.Nodes[0]);
        Assert.Empty((await worker.Beat()).Outstanding);

        Assert.Equal(Answer.Asked, (await cluster.Nodes[1].Stop(run, LongGrace)).Answer);
        var told = Assert.IsType<StopFrame>(Assert.Single((await worker.Beat()).Outstanding));

        Assert.Equal((worker.Held, "manual", "a test"), (told.Attempt, told.Origin, told.Reason));
        Assert.InRange(told.KillInMs, 1, LongGrace * 1000);
        await worker.Report(new EndedReport(worker.Held, AttemptOutcome.Stopped, new(Protocol.Workers.Rung.Asked, null, Containment.None, [])));
        Assert.Equal(Verdict.Exited, (await cluster.Nodes[1].UntilProved(run)).Verdict);
        Assert.Empty((await worker.Beat()).Outstanding);
    }

    [Theory(DisplayName = "H18 What another node has fenced is told until it is proved gone, with the grace the wish left it")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_another_node_has_fenced_is_told(bool force)
    {
        await using var cluster = await TestCluster.Start(2, WithoutWorkers, isPushCut: true);
        var (run, worker) = await Begin(cluster.Nodes[0]);

        await cluster.Nodes[1].Stop(run, LongGrace, force, FenceAt.Now);
        var told = Assert.IsType<StopFrame>(Assert.Single((await worker.Beat()).Outstanding));

        Assert.Equal(force, told.KillInMs == 0);
        Assert.Single((await worker.Beat()).Outstanding);
        await worker.Report(new ProveReport(worker.Held, new(Protocol.Workers.Rung.Killed, 137, Containment.Tree, [])));
        Assert.Equal(Verdict.Killed, (await cluster.Nodes[1].UntilProved(run)).Verdict);
        Assert.Empty((await worker.Beat()).Outstanding);
    }

    [Fact(DisplayName = "H8 With the owner dead, a stop ends by grace and proof window, on any other node")]
    public async Task The_stop_of_a_dead_owners_run_ends_by_grace_and_proof()
    {
        await using var cluster = await TestCluster.Start(3, WithoutWorkers);
        var (run, _) = await Begin(cluster.Nodes[0]);
        await cluster.Nodes[0].Die();

        Assert.Equal(Answer.Asked, (await cluster.Nodes[1].Stop(run, graceSeconds: 0.1)).Answer);
        var ended = await cluster.Nodes[2].UntilEnded(run);

        Assert.Equal((RunState.Stopped, Verdict.Fenced, 1), (ended.State, ended.Verdict, ended.Unproved));
        Assert.True(ended.EndedAt >= ended.Stop!.EscalateAt);
    }

    [Fact(DisplayName = "H8 With the owner dead, a stop waits for no grace once the lease is lost")]
    public async Task The_stop_of_a_dead_owners_run_ends_with_its_lease()
    {
        await using var cluster = await TestCluster.Start(3, ShortLease);
        var (run, _) = await Begin(cluster.Nodes[0]);
        await cluster.Nodes[0].Die();

        await cluster.Nodes[1].Stop(run, LongGrace);
        var ended = await cluster.Nodes[2].UntilEnded(run);

        Assert.Equal((RunState.Stopped, Verdict.Fenced), (ended.State, ended.Verdict));
        Assert.True(ended.EndedAt < ended.Stop!.GraceEndsAt);
    }

    [Fact(DisplayName = "H8 An owner that was cut off learns at its return that it is over, and proves what it held")]
    public async Task A_worker_that_was_cut_off_proves_what_it_held()
    {
        await using var cluster = await TestCluster.Start(2, ShortLease);
        var (run, worker) = await Begin(cluster.Nodes[0]);
        await cluster.Nodes[1].Stop(run, LongGrace);
        Assert.Equal(Verdict.Fenced, (await cluster.Nodes[1].UntilEnded(run)).Verdict);

        Assert.False((await worker.Beat()).IsOpen);
        await worker.ConnectAgain();
        Assert.Equal([worker.Held], worker.Opened.Former);
        await worker.Report(new ProveReport(worker.Held, AttemptProof.Clean));

        Assert.Equal(Verdict.Exited, (await cluster.Nodes[1].UntilProved(run)).Verdict);
    }

    static async Task<(Guid Run, TestWorker Worker)> Begin(TestNode node)
    {
        var worker = await TestWorker.Connect(node);
        return (await worker.Begin(() => node.StartRun(Graphs.Single("hold"))), worker);
    }

    /// <summary>Each node starts three runs, which it or another holds; each is stopped at a node that does not hold it.</summary>
    static async Task StopAllInTurn(TestCluster cluster)
    {
        var nodes = cluster.Nodes;
        var runs = new List<Guid>();
        for (var i = 0; i < 9; i++)
            runs.Add(await nodes[i % 3].StartRun(Graphs.Single("hold")));
        var holders = await Task.WhenAll(runs.Select(run => HolderOf(nodes, run)));

        await Task.WhenAll(runs.Select((run, i) => nodes[(holders[i] + 1 + i / 3 % 2) % 3].Stop(run, LongGrace)));
        foreach (var run in runs)
        {
            var ended = await nodes[0].UntilEnded(run);
            Assert.Equal((RunState.Stopped, Verdict.Exited), (ended.State, ended.Verdict));
        }
    }

    static async Task<int> HolderOf(IReadOnlyList<TestNode> nodes, Guid run)
    {
        await nodes[0].Until(run, now => now.ActiveAttempts == 1);
        var worker = Assert.Single(await nodes[0].Attempts(run)).Attempt.Worker;
        return nodes.Index().Single(node => node.Item.Worker == worker).Index;
    }
}
