using System.Security.Cryptography;
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
    public async Task An_export_counts_and_digests_every_item_once_and_ends_the_duty()
    {
        var run = await EndWithItems("1", "\"ä\"", """{"a": [1, 2]}""");
        Assert.Equal(new(3, null, null), (await View(run.Id)).Export);
        var duty = (await Stores.Duties.Take(1, TimeSpan.Zero, Cancel)).Single();
        var export = await Stores.Duties.Export(duty.Id, run.Id, Cancel);

        var file = Driver.Utf8("1\n\"ä\"\n{\"a\": [1, 2]}\n");
        Assert.Equal((3, Convert.ToHexStringLower(SHA256.HashData(file.Span))), (export.Items, export.Sha256));
        Assert.True(export.At >= run.EndedAt);
        Assert.Equal(export, (await View(run.Id)).Export);
        Assert.Empty(await Stores.Duties.Take(1, Hour, Cancel));
        Assert.Equal(export, await Stores.Duties.Export(duty.Id, run.Id, Cancel));
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
