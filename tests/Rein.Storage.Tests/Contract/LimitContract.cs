using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class LimitContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    LimitKey Key => new(Driver.Organization, "key");

    [Fact]
    public async Task A_start_beyond_the_limit_is_blocked_and_offers_nothing()
    {
        await Stores.Limits.Put(Key, 1, Cancel);
        var first = await Start();
        var second = await Start();
        Assert.False(first.IsBlocked);
        Assert.True(second.IsBlocked);
        Assert.True((await Driver.Load(second.Id)).IsBlocked);
        Assert.Equal([first.Id], (await Driver.Ready()).Select(step => step.Run));
        Assert.Equal([first.Id], await Holders());
        Assert.Equal(new Limit(Key, 1, 1), (await Stores.Limits.Find(Key, Cancel))!.Limit);
    }

    [Fact]
    public async Task The_blocked_wait_by_priority_and_then_by_age()
    {
        await Stores.Limits.Put(Key, 0, Cancel);
        var first = await Start();
        var second = await Start();
        var urgent = await Start(priority: 1);
        Assert.Equal([urgent.Id, first.Id, second.Id], await Blocked());
        Assert.Equal([urgent.Id], await Blocked(count: 1));
    }

    [Fact]
    public async Task An_admitted_run_takes_the_slot_and_leaves_the_queue()
    {
        await Stores.Limits.Put(Key, 0, Cancel);
        var run = await Start();
        await Stores.Limits.Put(Key, 1, Cancel);
        await Driver.Do(new AdmitRun(run.Id));
        Assert.Empty(await Blocked());
        Assert.Equal(1, (await Stores.Limits.Find(Key, Cancel))!.Limit.Held);
        Assert.Equal([run.Id], (await Driver.Ready()).Select(step => step.Run));
    }

    [Fact]
    public async Task Every_ending_gives_the_slot_back()
    {
        await Stores.Limits.Put(Key, 10, Cancel);
        await Driver.End(await Driver.Claim((await Start()).Id));
        await Driver.End(await Driver.Claim((await Start()).Id), outcome: Outcome.Failed);
        await Driver.Stop((await Start()).Id);
        await Driver.Stop((await Driver.Claim((await Start()).Id)).Id, force: true);
        var lost = await Driver.Claim((await Start()).Id);
        await Driver.Do(new LoseAttempt(lost.Id, "work", Driver.Fence(lost)));
        Assert.Empty(await Holders());
        Assert.Equal(0, (await Stores.Limits.Find(Key, Cancel))!.Limit.Held);
    }

    [Fact]
    public async Task A_blocked_run_that_is_stopped_leaves_the_queue_and_held_nothing()
    {
        await Stores.Limits.Put(Key, 0, Cancel);
        var run = await Start();
        var stopped = await Driver.Stop(run.Id);
        Assert.Equal((RunState.Stopped, Verdict.NeverStarted), (stopped.State, stopped.Verdict));
        Assert.Empty(await Blocked());
        Assert.Equal(0, (await Stores.Limits.Find(Key, Cancel))!.Limit.Held);
    }

    [Fact]
    public async Task A_limit_that_comes_later_counts_those_who_hold_its_key_already()
    {
        await Start();
        var second = await Start();
        await Stores.Limits.Put(Key, 1, Cancel);
        Assert.Equal(new Limit(Key, 1, 2), (await Stores.Limits.Find(Key, Cancel))!.Limit);
        Assert.True((await Start()).IsBlocked);
        await Driver.Stop(second.Id);
        Assert.Equal(new Limit(Key, 1, 1), (await Stores.Limits.Find(Key, Cancel))!.Limit);
    }

    [Fact]
    public async Task A_key_without_a_limit_has_room_for_everybody_and_is_not_in_the_answer()
    {
        await using var unit = await Begin();
        Assert.Empty(await unit.LockLimits([Key], Cancel));
        Assert.Null(await Stores.Limits.Find(Key, Cancel));
    }

    [Fact]
    public async Task Admissible_are_keys_with_room_and_somebody_waiting()
    {
        await Stores.Limits.Put(Key, 1, Cancel);
        var holder = await Start();
        Assert.Empty(await Stores.Limits.Admissible(null, 10, Cancel));
        await Start();
        Assert.Empty(await Stores.Limits.Admissible(null, 10, Cancel));
        await Driver.Stop(holder.Id);
        Assert.Equal([Key], await Stores.Limits.Admissible(null, 10, Cancel));
    }

    [Fact]
    public async Task Keys_with_room_are_looked_at_one_after_the_other()
    {
        LimitKey[] keys = [.. new[] { "a", "b", "c" }.Select(name => new LimitKey(Driver.Organization, name)), new(Driver.NewId(), "a")];
        foreach (var key in keys)
        {
            await Stores.Limits.Put(key, 0, Cancel);
            await Driver.Start(Driver.Order() with { Organization = key.Organization, LimitKeys = [key.Key] });
            await Stores.Limits.Put(key, 1, Cancel);
        }
        Assert.Equal(keys[..2], await Stores.Limits.Admissible(null, 2, Cancel));
        Assert.Equal(keys[2..], await Stores.Limits.Admissible(keys[1], 2, Cancel));
        Assert.Empty(await Stores.Limits.Admissible(keys[3], 2, Cancel));
    }

    [Fact]
    public async Task A_run_with_two_keys_holds_and_waits_for_both()
    {
        var other = new LimitKey(Driver.Organization, "other");
        await Stores.Limits.Put(Key, 1, Cancel);
        await Stores.Limits.Put(other, 1, Cancel);
        var holder = await Driver.Start(Driver.Order() with { LimitKeys = ["key", "other"] });
        var waiting = await Driver.Start(Driver.Order() with { LimitKeys = ["key", "other"] });
        foreach (var key in new[] { Key, other })
        {
            Assert.Equal([holder.Id], await Holders(key));
            Assert.Equal([waiting.Id], (await Stores.Limits.Queue(key, null, 10, Cancel)).Select(run => run.Run));
            Assert.Empty(await Blocked(key));
            Assert.Equal([waiting.Id], await Blocked(key, 10, new(Key, 1, 0), new(other, 1, 0)));
        }
        await Driver.Stop(holder.Id);
        await Driver.Do(new AdmitRun(waiting.Id));
        Assert.Equal([waiting.Id], await Holders(other));
        Assert.Empty(await Blocked(other));
    }

    [Fact]
    public async Task Slots_survive_a_restart()
    {
        await Stores.Limits.Put(Key, 1, Cancel);
        var holder = await Start();
        var waiting = await Start();
        await Restart();
        Assert.Equal([holder.Id], await Holders());
        Assert.Equal([waiting.Id], await Blocked());
        Assert.True((await Start()).IsBlocked);
    }

    [Fact]
    public async Task Whoever_another_key_holds_back_is_passed_by_those_behind()
    {
        await Stores.Limits.Put(Key, 2, Cancel);
        var other = new LimitKey(Driver.Organization, "other");
        await Stores.Limits.Put(other, 1, Cancel);
        var holder = await Driver.Start(Driver.Order() with { LimitKeys = ["other"] });
        var heldBack = await Driver.Start(Driver.Order() with { LimitKeys = ["key", "other"] });
        await Start();
        var last = await Start();
        Assert.False(last.IsBlocked);
        await Stores.Limits.Put(Key, 0, Cancel);
        var behind = await Start();
        Assert.Equal([behind.Id], await Blocked());
        Assert.Equal([heldBack.Id, behind.Id], await Blocked(Key, 10, new Limit(other, 1, 0)));
        Assert.Equal([behind.Id], await Blocked(Key, 10, new Limit(other with { Organization = Driver.NewId() }, 1, 0)));
        await Driver.Stop(holder.Id);
        Assert.Equal([heldBack.Id, behind.Id], await Blocked());
        Assert.Equal([behind.Id], await Blocked(Key, 10, new Limit(other, 1, 1)));
    }

    [Fact]
    public async Task A_limit_that_is_taken_away_leaves_room_for_everybody()
    {
        await Stores.Limits.Put(Key, 0, Cancel);
        var waiting = await Start();
        Assert.Empty(await Stores.Limits.Admissible(null, 10, Cancel));
        Assert.True(await Stores.Limits.Remove(Key, Cancel));
        Assert.False(await Stores.Limits.Remove(Key, Cancel));
        Assert.Null(await Stores.Limits.Find(Key, Cancel));
        Assert.Equal([Key], await Stores.Limits.Admissible(null, 10, Cancel));
        await Driver.Do(new AdmitRun(waiting.Id));
        await Stores.Limits.Put(Key, 1, Cancel);
        Assert.Equal(new(new Limit(Key, 1, 1), 0), await Stores.Limits.Find(Key, Cancel));
    }

    [Fact]
    public async Task Limits_are_listed_by_key_with_those_who_hold_and_wait()
    {
        await Stores.Limits.Put(new(Driver.Organization, "none"), 7, Cancel);
        await Stores.Limits.Put(Key, 1, Cancel);
        await Stores.Limits.Put(new(Driver.NewId(), "foreign"), 1, Cancel);
        await Start();
        await Start();
        Assert.Equal(
            [new(new Limit(Key, 1, 1), 1), new(new Limit(new(Driver.Organization, "none"), 7, 0), 0)],
            await Stores.Limits.List(Driver.Organization, null, 10, Cancel));
        Assert.Equal("none", Assert.Single(await Stores.Limits.List(Driver.Organization, "key", 10, Cancel)).Limit.Key.Key);
        Assert.Equal("key", Assert.Single(await Stores.Limits.List(Driver.Organization, null, 1, Cancel)).Limit.Key.Key);
    }

    [Fact]
    public async Task Holders_and_queue_are_read_page_by_page()
    {
        await Stores.Limits.Put(Key, 3, Cancel);
        var holders = new[] { await Start(), await Start(), await Start() };
        var waiting = new[] { await Start(), await Start(), await Start(priority: 1) };
        var first = await Stores.Limits.Holders(Key, null, 2, Cancel);
        var rest = await Stores.Limits.Holders(Key, first[^1].Run, 2, Cancel);
        Assert.Equal(holders.Select(run => run.Id), first.Concat(rest).Select(run => run.Run));
        var next = await Stores.Limits.Queue(Key, null, 2, Cancel);
        var last = await Stores.Limits.Queue(Key, next[^1], 2, Cancel);
        Assert.Equal([waiting[2].Id, waiting[0].Id, waiting[1].Id], next.Concat(last).Select(run => run.Run));
        Assert.Equal((1, RunState.Queued, false), (next[0].Priority, next[0].State, next[0].IsStopping));
    }

    [Fact]
    public async Task A_blocked_run_is_told_what_it_waits_for_and_where_it_stands()
    {
        await Stores.Limits.Put(Key, 1, Cancel);
        var holder = await Start();
        await Start();
        var waiting = await Driver.Start(Driver.Order() with { LimitKeys = ["free", "key"] });
        Assert.Equal(
            [new(waiting.Id, "free", null, 0, 1), new(waiting.Id, "key", 1, 1, 2)],
            await Stores.Limits.Waits([holder.Id, waiting.Id], Cancel));
    }

    [Fact]
    public async Task A_maximum_of_a_workflow_counts_the_runs_that_live_and_those_that_wait()
    {
        await Stores.Limits.Put(Key, 1, Cancel);
        var key = LimitKey.OfWorkflow(Driver.Organization, "flow");
        var order = Driver.Order() with { Workflow = "flow", LimitKeys = ["key"] };
        var holder = await Driver.Start(order);
        var waiting = await Driver.Start(order with { Run = Driver.NewId() });
        var other = await Driver.Start(order with { Run = Driver.NewId(), Workflow = "other" });
        await Save(max: 1);
        await Save(max: 2);
        Assert.Equal(new(new Limit(key, 2, 1), 1), await Stores.Limits.Find(key, Cancel));
        Assert.Equal([holder.Id], await Holders(key));
        Assert.Equal(["key", "workflow:flow"], (await Driver.Load(waiting.Id)).LimitKeys);
        Assert.Equal(["key"], (await Driver.Load(other.Id)).LimitKeys);

        await Driver.Stop(holder.Id);
        await Driver.Do(new AdmitRun(waiting.Id));
        Assert.Equal([waiting.Id], await Holders(key));
        await Save(max: null);
        Assert.Null(await Stores.Limits.Find(key, Cancel));
        await Save(max: 5);
        Assert.Equal([waiting.Id], await Holders(key));
        await Driver.Stop(waiting.Id);
        Assert.Equal(new(new Limit(key, 5, 0), 0), await Stores.Limits.Find(key, Cancel));
    }

    [Fact]
    public async Task What_the_latest_version_says_holds_for_all_of_them()
    {
        await Save(max: null);
        await Save(max: 3);
        var first = (await Stores.Workflows.Find(Driver.Organization, "flow", 1, Cancel))!;
        Assert.Equal((null, 3), (first.MaxRunning, first.MaxRunningNow));
    }

    Task<WorkflowVersion> Save(int? max) => Stores.Workflows.Save(Driver.Organization, "flow", Graphs.OneStep, max, Cancel);

    Task<Run> Start(int priority = 0) => Driver.Start(Driver.Order() with { LimitKeys = ["key"], Priority = priority });

    async Task<IEnumerable<Guid>> Holders(LimitKey? key = null) => (await Stores.Limits.Holders(key ?? Key, null, 100, Cancel)).Select(holder => holder.Run);

    async Task<IReadOnlyList<Guid>> Blocked(LimitKey? key = null, int count = 10, params Limit[] known)
    {
        await using var unit = await Begin();
        return await unit.NextBlocked(key ?? Key, count, known, Cancel);
    }
}
