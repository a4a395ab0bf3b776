using Rein.Core.Runs;
using Rein.Server.Commits;

namespace Rein.System.Tests.Nodes;

public sealed class BacklogTests
{
    [Fact(DisplayName = "Runs that wait for a worker of a kind nobody here has hold up no other start; one that comes finds them")]
    public async Task What_nobody_here_takes_holds_up_no_start()
    {
        using var free = new ManualResetEventSlim();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isGate = 0;
        CommitProbe probe = (_, isCommitted) =>
        {
            if (isCommitted || Interlocked.Exchange(ref isGate, 0) == 0)
                return;
            held.TrySetResult();
            free.Wait();
        };
        await using var node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = probe } });
        var waiting = await node.StartRun(Graphs.Single("noop"));
        Assert.False(node.Capacity.HasBacklogHere);
        Volatile.Write(ref isGate, 1);
        var gate = node.StartRun(Graphs.Single("noop"));
        await held.Task;
        var before = node.Scrape()["rein_commits_total"];
        var starts = Enumerable.Range(0, 500).Select(_ => node.StartRun(Graphs.Single("noop"))).ToList();

        free.Set();
        await Task.WhenAll([gate, .. starts]);

        Assert.Equal(2, node.Scrape()["rein_commits_total"] - before);
        await node.StartWorker();
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(waiting)).State);
    }

    [Fact]
    public async Task A_mark_of_a_worker_that_left_before_anybody_looked_holds_up_no_start()
    {
        await using var node = await TestNode.Start();
        var worker = await TestWorker.Connect(node, "another", "far");
        Assert.True(node.Capacity.Backlog.Has("far", "hold"));
        node.Capacity.End(worker.Opened.Session);
        await node.UntilEnded(await node.StartRun(Graphs.Single("noop")));
        await node.UntilEnded(await node.StartRun(Graphs.Single("noop")));

        Assert.True(node.Capacity.Backlog.Has("far", "hold"));
        Assert.False(node.Capacity.HasBacklogHere);
    }
}
