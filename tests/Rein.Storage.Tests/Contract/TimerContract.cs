using Rein.Core.Runs.Lifecycle;

namespace Rein.Storage.Tests.Contract;

public abstract class TimerContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task What_is_due_comes_earliest_first_and_then_the_time_of_the_next()
    {
        var later = await Driver.Start(Driver.Order() with { Deadline = Hour });
        var delayed = await Driver.Start(Graphs.Delayed(0));
        var expired = await Driver.Start(Driver.Order() with { QueueTtl = TimeSpan.Zero });
        var timers = await Stores.Timers.Due(10, Cancel);
        Assert.Equal([(delayed.Id, "later"), (expired.Id, null)], timers.Due.Select(timer => (timer.Run, timer.Step)));
        Assert.Equal(later.DeadlineAt, timers.Next);
        Assert.True(timers.Now >= expired.ChangedAt);
    }

    [Fact]
    public async Task Of_more_than_were_asked_for_the_next_is_due_already()
    {
        var first = await Driver.Start(Driver.Order() with { QueueTtl = TimeSpan.Zero });
        var second = await Driver.Start(Driver.Order() with { QueueTtl = TimeSpan.Zero });
        var timers = await Stores.Timers.Due(1, Cancel);
        Assert.Equal([first.Id], timers.Due.Select(timer => timer.Run));
        Assert.Equal(second.QueueEndsAt, timers.Next);
    }

    [Fact]
    public async Task Nothing_waits_where_nothing_was_set()
    {
        await Driver.Start();
        var timers = await Stores.Timers.Due(10, Cancel);
        Assert.Empty(timers.Due);
        Assert.Null(timers.Next);
    }

    [Fact]
    public async Task A_stop_is_looked_at_again_when_it_must_escalate_and_not_after_the_end()
    {
        var claimed = await Driver.StartAndClaim();
        var stopping = await Driver.Stop(claimed.Id);
        Assert.Equal(stopping.Stop!.EscalateAt, (await Stores.Timers.Due(10, Cancel)).Next);
        await Driver.Stop(claimed.Id, force: true);
        Assert.Null((await Stores.Timers.Due(10, Cancel)).Next);
    }

    [Fact]
    public async Task A_delay_that_is_woken_or_stopped_is_due_no_more()
    {
        var woken = await Driver.Start(Graphs.Delayed(0));
        await Driver.Do(new WakeStep(woken.Id, "later"));
        var stopped = await Driver.Start(Graphs.Delayed(3600));
        Assert.NotNull((await Stores.Timers.Due(10, Cancel)).Next);
        await Driver.Stop(stopped.Id);
        var timers = await Stores.Timers.Due(10, Cancel);
        Assert.Empty(timers.Due);
        Assert.Null(timers.Next);
    }

    [Fact]
    public async Task Timers_survive_a_restart()
    {
        var run = await Driver.Start(Graphs.Delayed(0));
        await Restart();
        Assert.Equal(run.Id, Assert.Single((await Stores.Timers.Due(10, Cancel)).Due).Run);
    }

    [Fact]
    public async Task What_is_left_of_a_delay_is_the_same_behind_a_restart()
    {
        var run = await Driver.Start(Graphs.Delayed(3600));
        Assert.Equal(run.CreatedAt + Hour, run.Steps["later"].DueAt);

        await Restart();
        var timers = await Stores.Timers.Due(10, Cancel);

        Assert.Empty(timers.Due);
        Assert.Equal(run.CreatedAt + Hour, timers.Next);
        Assert.Equal(run.CreatedAt + Hour, (await Driver.Load(run.Id)).Steps["later"].DueAt);
    }
}

