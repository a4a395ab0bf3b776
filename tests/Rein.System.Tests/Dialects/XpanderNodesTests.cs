using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Sessions;
using Rein.Storage.Postgres;
using Rein.System.Tests.Host;
using Rein.System.Tests.Nodes;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Workers of xpander at two nodes of one PostgreSQL that do not hear each other: every push between them is lost.</summary>
public sealed class XpanderNodesTests
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_stop_whose_push_was_lost_is_told_with_the_next_heartbeat()
    {
        await using var cluster = await TestCluster.Start(0, new());
        await using var ones = cluster.Open(new());
        await using var others = cluster.Open(new());
        await using var first = Node(ones);
        await using var second = Node(others);
        await first.InitializeAsync();
        await second.InitializeAsync();
        var agent = (await first.Tell("POST", $"{Rest}/agents", """{"name":"Worked"}""")).Text("id")!;
        await using var worker = await XpanderWorker.Connect(first, agent);
        var id = await first.Invoke(agent);
        var task = await worker.Next("agent-execution");

        Assert.Equal(("stopped", true), (await second.StopTask(id, key: first.Key)).Ended);
        Assert.False(worker.HasMore);
        // Nobody there hands out to it: that it is busy is not in force.
        Assert.False((await worker.Say("worker-capacity-update", """{"is_busy":true}""", at: second))["is_heard"].GetBoolean());
        Assert.True((await worker.Say("worker-heartbeat"))["is_open"].GetBoolean());

        Assert.Equal(id, (await worker.Next("agent-execution-stop").WaitAsync(s_patience, TimeProvider.System, Cancel)).GetProperty("task_id").GetString());
        Assert.True((await worker.Say("worker-heartbeat"))["is_open"].GetBoolean());
        await worker.Save(task, "completed", "late");
        Assert.Equal(("exited", 0), (await first.Client.ReadReceipt(Guid.Parse(id), Cancel)) switch { var receipt => (receipt.Verdict, receipt.Unproved) });
        // It was told once, and not at each heartbeat.
        var next = await first.Invoke(agent);
        Assert.Equal(next, (await worker.Next("agent-execution")).GetProperty("id").GetString());
    }

    /// <summary>The node that handed it out was gone before it was told; its worker is read at another by now. At the first heartbeat it may be on its way.</summary>
    [Fact]
    public async Task A_step_whose_hand_out_was_lost_is_handed_out_again_at_the_second_heartbeat()
    {
        await using var cluster = await TestCluster.Start(2, new() { Capacity = 0 }, isPushCut: true);
        var (gone, left) = (cluster.Nodes[0], cluster.Nodes[1]);
        var (before, now) = ((WorkerGateway)gone.NewChannel(gone.Organization), (WorkerGateway)left.NewChannel(left.Organization));
        var session = (await before.Open(new("lonely", "lonely", ["hold"], 1), Cancel)).Session;
        await using var lost = before.Commands(session, Cancel).GetAsyncEnumerator(Cancel);
        var handedOut = lost.MoveNextAsync().AsTask();
        var run = await gone.StartRun(Graphs.Single("hold", """{ "pool": "lonely", "maxAttempts": 1 }"""));
        Assert.True(await handedOut);
        await using var frames = now.Commands(session, Cancel).GetAsyncEnumerator(Cancel);
        var next = frames.MoveNextAsync().AsTask();
        while (left.Capacity.Find(session) is not { IsRead: true })
            await Task.Yield();
        Assert.True(await now.Beat(session, Cancel));
        Assert.Equal(1, (await left.Read(run)).ActiveAttempts);
        Assert.False(next.IsCompleted);

        Assert.True(await now.Beat(session, Cancel));

        Assert.True(await next.WaitAsync(s_patience, TimeProvider.System, Cancel));
        var again = Assert.IsType<AssignFrame>(frames.Current);
        // A further try, and no failed one: there was but one to have.
        Assert.Equal((run, 2), (again.Attempt.Run, again.Try));
        Assert.True(again.Attempt.Fence > ((AssignFrame)lost.Current).Attempt.Fence);
    }

    /// <summary>The key of the first is that of the store.</summary>
    static TestServer Node(PostgresStores stores)
    {
        TestServer? node = null;
        node = new()
        {
            // After half of it the node of the stream would look by itself.
            Adjust = options => options with { IsOnlyNode = false, Lease = TimeSpan.FromHours(1) },
            Between = _ => Task.Run(async () =>
            {
                await stores.Migrate(Cancel);
                await KeyRing.Found(stores.Keys, node!.Key, TimeProvider.System, Cancel);
                return Instead.Of<IStores>(stores, "get_Signals", (_, _) => null);
            }).GetAwaiter().GetResult(),
        };
        return node;
    }
}
