using System.Collections.Concurrent;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;

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

    [Fact(DisplayName = "What waits is marked before its row can be seen")]
    public async Task A_mark_comes_before_its_row()
    {
        TestNode? node = null;
        var marked = new List<bool>();
        CommitProbe probe = (kinds, isCommitted) =>
        {
            if (!isCommitted && kinds.HasFlag(CommitKinds.Start))
                marked.Add(node!.Capacity.Backlog.Has(null, "hold"));
        };
        await using var started = node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = probe } });
        var worker = await TestWorker.Connect(node);
        await worker.Begin(() => node.StartRun(Graphs.Single("hold")));
        node.Capacity.Backlog.Clear(null, ["hold"], node.Capacity.Backlog.Seen());
        marked.Clear();

        // Nobody reads the worker's frames any more: it has no place.
        await node.StartRun(Graphs.Single("hold"));

        Assert.Equal([true], marked);
        Assert.True(node.Capacity.HasBacklogHere);
    }

    [Fact]
    public async Task What_a_look_found_that_was_rolled_back_is_looked_for_again_in_the_very_next_try()
    {
        var tries = new ConcurrentQueue<CommitKinds>();
        CommitProbe probe = (kinds, isCommitted) =>
        {
            if (isCommitted || (tries.IsEmpty && !kinds.HasFlag(CommitKinds.Claim)))
                return;
            tries.Enqueue(kinds);
            if (tries.Count == 1)
                throw new StoreException("a deadlock") { IsTransient = true };
        };
        await using var node = await TestNode.Start(new() { Capacity = 2, Options = NodeSetup.Quick with { Probe = probe } });
        await node.ShutDownWorker();
        var run = await node.StartRun(Graphs.Single("noop"));

        await node.StartWorker();
        await node.UntilEnded(run);

        Assert.Equal([CommitKinds.Claim, CommitKinds.Claim], tries.Take(2));
        Assert.False(node.Capacity.HasBacklogHere);
    }

    [Fact]
    public void A_mark_that_is_set_during_a_look_survives_it()
    {
        var backlog = new Backlog();
        backlog.Add(null, ["before", "during"]);

        var seen = backlog.Seen();
        backlog.Add(null, "during");
        backlog.Clear(null, ["before", "during", "never"], seen);

        Assert.Equal((false, true), (backlog.Has(null, "before"), backlog.Has(null, "during")));
    }

    [Fact]
    public void A_mark_whose_row_is_not_committed_yet_survives_a_look()
    {
        var backlog = new Backlog();
        backlog.BeginOffer();
        backlog.Add(null, "hold");

        var seen = backlog.Seen();
        backlog.EndOffer();
        backlog.Clear(null, ["hold"], seen);

        Assert.True(backlog.Has(null, "hold"));
        backlog.Clear(null, ["hold"], backlog.Seen());
        Assert.True(backlog.IsEmpty);
    }
}
