using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

public sealed class SlotTests
{
    [Fact(DisplayName = "H3 After every kind of ending the slot is free in the same commit, and the next blocked run is admitted")]
    public async Task A_limit_of_one_never_deadlocks()
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["failing"] = (_, _) => Task.FromResult(StepResult.Failure("no luck")) } });
        var key = new LimitKey(node.Organization, "acme");
        await node.Stores.Limits.Put(key, 1, CancellationToken.None);
        string[] kinds = ["noop", "failing", "hold", "hold", "noop"];
        var runs = new List<Guid>();
        foreach (var kind in kinds)
            runs.Add(await node.StartRun(Graphs.Single(kind), start => start with { LimitKeys = ["acme"] }));

        await node.Until(runs[2], run => run.ActiveAttempts == 1);
        await node.Stop(runs[2]);
        await node.Until(runs[3], run => run.ActiveAttempts == 1);
        await node.Stop(runs[3], force: true);
        var last = await node.UntilEnded(runs[4]);

        Assert.Equal(RunState.Succeeded, last.State);
        Assert.Equal(0, (await node.Stores.Limits.Find(key, CancellationToken.None))!.Limit.Held);
        Assert.Empty(await node.Stores.Limits.Holders(key, null, 100, CancellationToken.None));
    }

    [Fact(DisplayName = "Where the signal was lost, room under a key is found behind hundreds of keys whose runs wait for something else as well")]
    public async Task Keys_take_turns()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        await node.Stores.Limits.Put(new(node.Organization, "full"), 0, CancellationToken.None);
        var start = node.Parse(Graphs.Single("hold"));
        await node.Commands.Start([.. Enumerable.Range(0, 250).Select(n => new StartOrder(start with { Run = node.Commands.NewRun(), LimitKeys = [$"key{n:000}", "full"] }))]);
        var last = new LimitKey(node.Organization, "last");
        await node.Stores.Limits.Put(last, 0, CancellationToken.None);
        var waiting = await node.StartRun(Graphs.Single("hold"), order => order with { LimitKeys = ["last"] });

        await node.Stores.Limits.Put(last, 1, CancellationToken.None);

        await node.Until(waiting, run => !run.IsBlocked);
    }

    [Fact(DisplayName = "A child waits for room like any start, unless it said `reject`: then it is refused, and its parent is as it was")]
    public async Task A_child_that_would_not_wait_is_refused()
    {
        await using var node = await TestNode.Start();
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 1, CancellationToken.None);
        await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"] });
        var parent = await node.StartRun(Graphs.Single("hold"));
        var before = await node.Until(parent, run => run.ActiveAttempts == 1);
        var child = node.Parse(Graphs.Single("hold")) with { LimitKeys = ["acme"], ParentStep = "a" };

        Assert.Equal(Answer.Conflict, await node.StartChild(parent, child with { OnConflict = OnConflict.Reject }));
        Assert.Null(await node.Stores.Reader.Find(node.Organization, child.Run, CancellationToken.None));
        Assert.Equal((before.Revision, 0), ((await node.Read(parent)).Revision, (await node.Read(parent)).Children));

        Assert.Equal(Answer.Done, await node.StartChild(parent, child));
        Assert.True((await node.Read(child.Run)).IsBlocked);
    }

    [Fact(DisplayName = "A start that supersedes stops whoever holds the slot, with the grace that their definition gives them, and has it when they have gone")]
    public async Task A_start_that_supersedes_gets_the_slot()
    {
        await using var node = await TestNode.Start();
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 1, CancellationToken.None);
        var holder = await node.StartRun(Graphs.Single("hold", """{ "stop": { "graceSeconds": 3 } }"""), start => start with { LimitKeys = ["acme"] });
        await node.Until(holder, run => run.ActiveAttempts == 1);

        var newcomer = await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"], OnConflict = OnConflict.Supersede });
        await node.Until(newcomer, run => run.ActiveAttempts == 1);

        var stopped = await node.Read(holder);
        Assert.Equal((RunState.Stopped, Cause.Superseded), (stopped.State, stopped.Cause));
        Assert.Equal((StopOrigin.Superseded, TimeSpan.FromSeconds(3)), (stopped.Stop!.Origin, stopped.Stop.Grace));
        Assert.Contains(newcomer.ToString(), stopped.Stop.Reason);
    }

    [Fact(DisplayName = "Whoever waits for another key as well is passed by those for whom there is room")]
    public async Task A_key_with_room_is_not_held_up_by_a_full_one()
    {
        await using var node = await TestNode.Start();
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 2, CancellationToken.None);
        await node.Stores.Limits.Put(new(node.Organization, "single"), 1, CancellationToken.None);
        Task<Guid> Start(params string[] keys) => node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = [.. keys] });
        var holder = await Start("acme", "single");
        var heldBack = await Start("acme", "single");
        var passing = await Start("acme");

        Assert.True((await node.Read(heldBack)).IsBlocked);
        Assert.False((await node.Read(passing)).IsBlocked);
        await node.Stop(holder);
        await node.Until(heldBack, run => run.ActiveAttempts == 1);
    }

    [Fact(DisplayName = "A newcomer that supersedes replaces the older ones, holding or waiting, and nobody else")]
    public async Task Superseding_replaces_the_older()
    {
        await using var node = await TestNode.Start();
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 1, CancellationToken.None);
        await node.Stores.Limits.Put(new(node.Organization, "wide"), 9, CancellationToken.None);
        Task<Guid> Start(OnConflict onConflict, params string[] keys) =>
            node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = [.. keys], OnConflict = onConflict });
        var beside = await Start(OnConflict.Queue, "wide");
        var holder = await Start(OnConflict.Queue, "acme");
        var waiting = await Start(OnConflict.Queue, "acme");
        var newcomer = await Start(OnConflict.Supersede, "acme", "wide");
        var after = await Start(OnConflict.Queue, "acme");

        await node.Until(newcomer, run => run.ActiveAttempts == 1);
        Assert.Equal((RunState.Stopped, Cause.Superseded), ((await node.Read(holder)).State, (await node.Read(holder)).Cause));
        Assert.Equal((Cause.Superseded, Verdict.NeverStarted), ((await node.Read(waiting)).Cause, (await node.Read(waiting)).Verdict));
        Assert.Null((await node.Read(beside)).Stop);
        Assert.True((await node.Read(after)).IsBlocked);
    }

    [Fact(DisplayName = "A newcomer that supersedes stops no more holders than it needs, the oldest first")]
    public async Task Superseding_takes_one_place()
    {
        await using var node = await TestNode.Start();
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 3, CancellationToken.None);
        var runs = new List<Guid>();
        for (var i = 0; i < 4; i++)
            runs.Add(await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"], OnConflict = OnConflict.Supersede }));

        await node.Until(runs[3], run => run.ActiveAttempts == 1);
        Assert.Equal(Cause.Superseded, (await node.Read(runs[0])).Cause);
        Assert.All([runs[1], runs[2]], run => Assert.Null(node.Read(run).Result.Stop));
    }

    [Fact(DisplayName = "A newcomer does not overtake in the very batch in which room comes free")]
    public async Task A_newcomer_does_not_overtake_in_one_batch()
    {
        using var lane = new HeldLane();
        await using var node = await TestNode.Start(lane.Setup);
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 1, CancellationToken.None);
        Task<Guid> Start() => node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"] });
        var first = await node.Until(await Start(), run => run.ActiveAttempts == 1);
        var second = await Start();

        var held = await lane.Hold(node);
        var fence = (await node.Attempts(first.Id))[0].Attempt.Fence;
        var ended = node.Commands.Submit(null, new EndAttempt(first.Id, "a", fence, Outcome.Succeeded, Proof.Nothing, null, null, Jitter: 0));
        var newcomer = Start();
        lane.Release();

        await Task.WhenAll(held.Start, ended);
        await node.Until(second, run => run.ActiveAttempts == 1);
        Assert.True((await node.Read(await newcomer)).IsBlocked);
    }

    [Fact(DisplayName = "A run that is admitted in the batch of another command for it begins with all that it reads")]
    public async Task Admitted_beside_a_command()
    {
        using var lane = new HeldLane();
        await using var node = await TestNode.Start(lane.Setup);
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 1, CancellationToken.None);
        var first = await node.Until(await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"] }), run => run.ActiveAttempts == 1);
        var second = await node.StartRun("""
            {"nodes":{
              "root":{"type":"manual","children":["say","ask"]},
              "say":{"type":"log","payload":{"message":"read {{root.result.x}}"}},
              "ask":{"type":"wait"}}}
            """, start => start with { LimitKeys = ["acme"], Input = """{"x":"all of it"}"""u8.ToArray() });

        var held = await lane.Hold(node);
        var fence = (await node.Attempts(first.Id))[0].Attempt.Fence;
        var ended = node.Commands.Submit(null, new EndAttempt(first.Id, "a", fence, Outcome.Succeeded, Proof.Nothing, null, null, Jitter: 0));
        var early = node.Commands.Submit(null, new SignalStep(second, "ask", null, "key:test"));
        var admitted = node.Commands.Admit(new(node.Organization, "acme"));
        lane.Release();

        await Task.WhenAll(held.Start, ended);
        Assert.Equal(1, await admitted);
        Assert.NotEqual(Answer.Done, (await early).Answer);
        Assert.Contains("read all of it", await node.Logs(second), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A newcomer does not overtake who waits under the same limit, even at the moment when room comes free")]
    public async Task A_newcomer_does_not_overtake()
    {
        TestNode? node = null;
        Task<Guid>? newcomer = null;
        CommitProbe probe = (kinds, isCommitted) =>
        {
            // The lane is between the commit that frees the slot and the admission that it signals.
            if (isCommitted && kinds.HasFlag(CommitKinds.Ended) && newcomer is null)
                newcomer = node!.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"] });
        };
        await using var started = node = await TestNode.Start(new() { Options = NodeSetup.Quick with { Probe = probe } });
        await node.Stores.Limits.Put(new(node.Organization, "acme"), 1, CancellationToken.None);
        var first = await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"] });
        var second = await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["acme"] });
        await node.Until(first, run => run.ActiveAttempts == 1);

        await node.Stop(first);
        await node.Until(second, run => run.ActiveAttempts == 1);

        Assert.NotNull(newcomer);
        Assert.True((await node.Read(await newcomer)).IsBlocked);
    }
}
