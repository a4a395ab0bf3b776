using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Storage.Tests.Contract;

public abstract class DutyContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_duty_is_owed_from_its_commit_and_taken_once()
    {
        var run = await EndWithItems("1");
        var duty = Assert.Single(await Stores.Duties.Take(10, Hour, Cancel));
        Assert.Equal((DutyKind.Export, run.Id, Driver.Organization, 0), (duty.Kind, duty.Run, duty.Organization, duty.Tries));
        Assert.Empty(await Stores.Duties.Take(10, Hour, Cancel));
    }

    [Fact]
    public async Task A_duty_comes_back_when_its_hold_is_over()
    {
        await EndWithItems("1");
        await Stores.Duties.Take(10, TimeSpan.Zero, Cancel);
        Assert.Equal(1, Assert.Single(await Stores.Duties.Take(10, Hour, Cancel)).Tries);
    }

    [Fact]
    public async Task A_deferred_duty_comes_later_and_one_that_is_done_never()
    {
        await EndWithItems("1");
        await EndWithItems("1");
        var taken = await Stores.Duties.Take(10, Hour, Cancel);
        await Stores.Duties.Done(taken[0].Id, Cancel);
        await Stores.Duties.Defer(taken[1].Id, TimeSpan.Zero, Cancel);
        Assert.Equal([taken[1].Id], (await Stores.Duties.Take(10, Hour, Cancel)).Select(duty => duty.Id));
        await Stores.Duties.Defer(taken[1].Id, Hour, Cancel);
        Assert.Empty(await Stores.Duties.Take(10, Hour, Cancel));
    }

    [Fact]
    public async Task Two_takers_share_what_is_owed()
    {
        for (var i = 0; i < 20; i++)
            await EndWithItems("1");
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Stores.Duties.Take(7, Hour, Cancel))));
        var ids = taken.SelectMany(duties => duties).Select(duty => duty.Id).ToList();
        Assert.Equal(20, ids.Count);
        Assert.Equal(20, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_duty_that_a_commit_fulfils_goes_with_it()
    {
        await EndWithItems("1");
        var duty = (await Stores.Duties.Take(1, TimeSpan.Zero, Cancel)).Single();
        await using (var unit = await Begin())
            await unit.Commit(new([]) { DutiesDone = [duty.Id] }, Cancel);
        Assert.Empty(await Stores.Duties.Take(1, Hour, Cancel));
    }

    [Fact]
    public async Task A_duty_survives_a_restart()
    {
        var run = await EndWithItems("1");
        await Restart();
        Assert.Equal(run.Id, Assert.Single(await Stores.Duties.Take(10, Hour, Cancel)).Run);
    }

    [Fact]
    public async Task A_duty_tells_how_often_it_failed_and_a_node_that_died_with_it_is_no_failure()
    {
        await EndWithItems("1");
        await Stores.Duties.Take(1, TimeSpan.Zero, Cancel);
        var duty = Assert.Single(await Stores.Duties.Take(1, TimeSpan.Zero, Cancel));
        Assert.Equal(0, duty.Failures);
        await Stores.Duties.Defer(duty.Id, TimeSpan.Zero, Cancel);
        Assert.Equal(1, Assert.Single(await Stores.Duties.Take(1, Hour, Cancel)).Failures);
    }

    [Fact]
    public async Task A_stop_of_a_run_with_children_owes_the_cascade_and_a_child_its_answer()
    {
        var parent = await Driver.StartAndClaim();
        await Driver.Do(new StartChild(parent.Id, Driver.Order() with { Parent = parent.Id }));
        await Driver.Stop(parent.Id);
        var child = await Driver.StartAndClaim();
        Assert.Equal((DutyKind.Cascade, parent.Id), Assert.Single(await Stores.Duties.Take(10, Hour, Cancel)) is var duty ? (duty.Kind, duty.Run) : default);
        Assert.Empty((await View(child.Id)).Run.LimitKeys);
    }

    async Task<Run> EndWithItems(params string[] items)
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(claimed, 1, items));
        return await Driver.End(claimed);
    }
}
