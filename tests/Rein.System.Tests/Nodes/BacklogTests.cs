using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Sessions;

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
        Assert.True(node.Capacity.Backlog.Has(null, "far", "hold"));
        node.Capacity.End(worker.Opened.Session);
        await node.UntilEnded(await node.StartRun(Graphs.Single("noop")));
        await node.UntilEnded(await node.StartRun(Graphs.Single("noop")));

        Assert.True(node.Capacity.Backlog.Has(null, "far", "hold"));
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
                marked.Add(node!.Capacity.Backlog.Has(null, null, "hold"));
        };
        await using var started = node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = probe } });
        var worker = await TestWorker.Connect(node);
        await worker.Begin(() => node.StartRun(Graphs.Single("hold")));
        node.Capacity.Backlog.Clear(null, null, ["hold"], node.Capacity.Backlog.Seen());
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
        backlog.Add(null, null, ["before", "during"]);

        var seen = backlog.Seen();
        backlog.Add(null, null, "during");
        backlog.Clear(null, null, ["before", "during", "never"], seen);

        Assert.Equal((false, true), (backlog.Has(null, null, "before"), backlog.Has(null, null, "during")));
    }

    [Fact]
    public void A_mark_whose_row_is_not_committed_yet_survives_a_look()
    {
        var backlog = new Backlog();
        backlog.BeginOffer();
        backlog.Add(null, null, "hold");

        var seen = backlog.Seen();
        backlog.EndOffer();
        backlog.Clear(null, null, ["hold"], seen);

        Assert.True(backlog.Has(null, null, "hold"));
        backlog.Clear(null, null, ["hold"], backlog.Seen());
        Assert.True(backlog.IsEmpty);
    }

    [Fact]
    public async Task What_waits_for_the_workers_of_one_organization_holds_up_no_other_and_outlasts_a_look_for_another()
    {
        var (ours, theirs) = (NewId(), NewId());
        var book = new CapacityBook();
        await using var our = Reading(book, ours);
        await using var their = Reading(book, theirs);
        book.Backlog.Clear(ours, null, ["hold"], book.Backlog.Seen());
        book.Backlog.Clear(theirs, null, ["hold"], book.Backlog.Seen());

        book.MarkOffered(null, "hold", theirs);
        book.Backlog.Clear(ours, null, ["hold"], book.Backlog.Seen());

        Assert.Equal([theirs], book.Queries(10).Select(query => query.Organization));
        Assert.Null(book.TryReserve(null, "hold", theirs));
        Assert.Equal(our.Session, book.TryReserve(null, "hold", ours)?.Session);
    }

    [Fact]
    public async Task What_a_look_passes_over_because_its_run_is_in_hand_stays_marked_and_is_claimed_next()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        await node.StartRun(
            """{ "nodes": { "root": { "type": "manual", "children": ["a", "b"] }, "a": { "type": "hold" }, "b": { "type": "hold" } } }""");
        var book = new CapacityBook();
        await using var one = Reading(book, node.Organization);
        await using var other = Reading(book, node.Organization);

        Assert.Equal((1, true), await Claim());
        Assert.True(book.IsWorthClaiming);
        Assert.Equal((1, false), await Claim());

        async Task<(int Assigned, bool HasLeftOut)> Claim()
        {
            await using var unit = await node.Stores.Runs.Begin(CancellationToken.None);
            var batch = new Batch([new ClaimWork(everything: true)], book, new(Rules.Default, new(node.Stores.Secrets, null, TimeProvider.System)), mayClaim: true, NullLogger.Instance);
            await batch.Decide(unit, wait: true, CancellationToken.None);
            await unit.Commit(batch.ToChangeSet(), CancellationToken.None);
            return (batch.Changes.Sum(change => change.Change.Effects.OfType<Assign>().Count()), batch.HasLeftOut);
        }
    }

    [Fact]
    public async Task What_waits_is_marked_for_everybody_who_could_take_it()
    {
        var theirs = NewId();
        var book = new CapacityBook();
        await using var their = Reading(book, theirs);
        await using var everybodys = Reading(book, null);
        book.Backlog.Clear(theirs, null, ["hold"], book.Backlog.Seen());
        book.Backlog.Clear(null, null, ["hold"], book.Backlog.Seen());

        book.MarkOffered(null, "hold", theirs);

        Assert.Equal(2, book.Queries(10).Count());
        book.MarkOffered(null, "hold", NewId());
        book.Backlog.Clear(theirs, null, ["hold"], book.Backlog.Seen());
        Assert.Equal(their.Session, book.TryReserve(null, "hold", theirs)?.Session);
        Assert.Null(book.TryReserve(null, "hold", theirs));
    }

    static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    static Reader Reading(CapacityBook book, Guid? organization)
    {
        var session = new LiveSession(new(NewId(), organization, "by hand", null, ["hold"], 1, DateTimeOffset.UnixEpoch));
        book.Add(session);
        return new(session);
    }

    /// <summary>A session takes work while somebody reads its frames.</summary>
    sealed class Reader : IAsyncDisposable
    {
        readonly LiveSession session;
        readonly IAsyncEnumerator<CommandFrame> frames;
        readonly Task next;

        public Reader(LiveSession session)
        {
            this.session = session;
            frames = session.Frames(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            next = frames.MoveNextAsync().AsTask();
        }

        public Guid Session => session.Id;

        public async ValueTask DisposeAsync()
        {
            session.Close();
            await next;
            await frames.DisposeAsync();
        }
    }
}
