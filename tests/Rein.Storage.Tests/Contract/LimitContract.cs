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
        Assert.Equal([first.Id], await Stores.Limits.Holders(Key, Cancel));
        Assert.Equal(new Limit(Key, 1, 1), await Stores.Limits.Find(Key, Cancel));
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
        Assert.Equal(1, (await Stores.Limits.Find(Key, Cancel))!.Held);
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
        Assert.Empty(await Stores.Limits.Holders(Key, Cancel));
        Assert.Equal(0, (await Stores.Limits.Find(Key, Cancel))!.Held);
    }

    [Fact]
    public async Task A_blocked_run_that_is_stopped_leaves_the_queue_and_held_nothing()
    {
        await Stores.Limits.Put(Key, 0, Cancel);
        var run = await Start();
        var stopped = await Driver.Stop(run.Id);
        Assert.Equal((RunState.Stopped, Verdict.NeverStarted), (stopped.State, stopped.Verdict));
        Assert.Empty(await Blocked());
        Assert.Equal(0, (await Stores.Limits.Find(Key, Cancel))!.Held);
    }

    [Fact]
    public async Task A_limit_that_comes_later_counts_those_who_hold_its_key_already()
    {
        await Start();
        var second = await Start();
        await Stores.Limits.Put(Key, 1, Cancel);
        Assert.Equal(new Limit(Key, 1, 2), await Stores.Limits.Find(Key, Cancel));
        Assert.True((await Start()).IsBlocked);
        await Driver.Stop(second.Id);
        Assert.Equal(new Limit(Key, 1, 1), await Stores.Limits.Find(Key, Cancel));
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
        Assert.Empty(await Stores.Limits.Admissible(10, Cancel));
        await Start();
        Assert.Empty(await Stores.Limits.Admissible(10, Cancel));
        await Driver.Stop(holder.Id);
        Assert.Equal([Key], await Stores.Limits.Admissible(10, Cancel));
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
            Assert.Equal([holder.Id], await Stores.Limits.Holders(key, Cancel));
            Assert.Equal([waiting.Id], await Blocked(key));
        }
        await Driver.Stop(holder.Id);
        await Driver.Do(new AdmitRun(waiting.Id));
        Assert.Equal([waiting.Id], await Stores.Limits.Holders(other, Cancel));
        Assert.Empty(await Blocked(other));
    }

    [Fact]
    public async Task Slots_survive_a_restart()
    {
        await Stores.Limits.Put(Key, 1, Cancel);
        var holder = await Start();
        var waiting = await Start();
        await Restart();
        Assert.Equal([holder.Id], await Stores.Limits.Holders(Key, Cancel));
        Assert.Equal([waiting.Id], await Blocked());
        Assert.True((await Start()).IsBlocked);
    }

    Task<Run> Start(int priority = 0) => Driver.Start(Driver.Order() with { LimitKeys = ["key"], Priority = priority });

    async Task<IReadOnlyList<Guid>> Blocked(LimitKey? key = null, int count = 10)
    {
        await using var unit = await Begin();
        return await unit.NextBlocked(key ?? Key, count, Cancel);
    }
}
