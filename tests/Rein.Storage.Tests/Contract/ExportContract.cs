using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class ExportContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    static readonly Manifest Made = new(3, 2, 24, new string('a', 64));

    [Fact]
    public async Task An_account_is_due_from_the_end_until_it_is_kept_and_its_duty_goes_with_it()
    {
        var (run, duty) = await Ended("1", "1", "2");
        Assert.Equal(new(ExportState.Due), (await View(run.Id)).Export);
        await Stores.Exports.Keep(duty.Id, run.Id, Made, Cancel);

        var export = (await View(run.Id)).Export!;
        Assert.Equal((ExportState.Done, Made, null), (export.State, export.Manifest, export.Error));
        Assert.True(export.At >= run.EndedAt);
        Assert.Empty(await Stores.Duties.Take(1, Hour, Cancel));
    }

    [Fact]
    public async Task An_account_that_is_made_twice_stays_the_first()
    {
        var (run, duty) = await Ended("1", "1", "2");
        await Stores.Exports.Keep(duty.Id, run.Id, Made, Cancel);
        await Stores.Exports.Keep(duty.Id, run.Id, Made with { Bytes = 99 }, Cancel);
        await Stores.Exports.Fail(duty.Id, run.Id, "too late", Cancel);
        Assert.Equal(Made, (await View(run.Id)).Export!.Manifest);
    }

    [Fact]
    public async Task An_account_that_is_given_up_says_why_and_can_be_asked_for_again_once()
    {
        var (run, duty) = await Ended("1");
        Assert.False(await Stores.Exports.Ask(Driver.Organization, run.Id, Cancel));
        await Stores.Exports.Fail(duty.Id, run.Id, "the disk was full", Cancel);
        await Restart();
        var export = (await View(run.Id)).Export!;
        Assert.Equal((ExportState.Failed, null, "the disk was full"), (export.State, export.Manifest, export.Error));
        Assert.NotNull(export.At);
        Assert.Empty(await Stores.Duties.Take(1, Hour, Cancel));

        Assert.True(await Stores.Exports.Ask(Driver.Organization, run.Id, Cancel));
        Assert.False(await Stores.Exports.Ask(Driver.Organization, run.Id, Cancel));
        Assert.Equal(ExportState.Due, (await View(run.Id)).Export!.State);
        var again = Assert.Single(await Stores.Duties.Take(10, Hour, Cancel));
        Assert.Equal((DutyKind.Export, run.Id, Driver.Organization, 0), (again.Kind, again.Run, again.Organization, again.Failures));
        await Stores.Exports.Keep(again.Id, run.Id, Made, Cancel);
        Assert.False(await Stores.Exports.Ask(Driver.Organization, run.Id, Cancel));
    }

    [Fact]
    public async Task Items_are_the_same_when_they_are_byte_for_byte()
    {
        var (run, _) = await Ended("1", "1", "\"ä\"", "1.0", "\"ä\"", """{"a": 1}""", """{"a":1}""");
        Assert.Equal(5, await Stores.Exports.CountDistinct(run.Id, Cancel));
        Assert.Equal(0, await Stores.Exports.CountDistinct(Driver.NewId(), Cancel));
    }

    [Fact]
    public async Task A_run_that_collected_nothing_owes_no_account_and_has_one()
    {
        var run = await Driver.StartAndClaim();
        Assert.Null((await View(run.Id)).Export);
        run = await Driver.End(run);
        Assert.Empty(await Stores.Duties.Take(1, Hour, Cancel));
        Assert.Equal((ExportState.Done, Manifest.Empty), ((await View(run.Id)).Export!.State, (await View(run.Id)).Export!.Manifest));
    }

    async Task<(Run Run, OwedDuty Duty)> Ended(params string[] items)
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(claimed, 1, items));
        var run = await Driver.End(claimed);
        return (run, Assert.Single(await Stores.Duties.Take(1, TimeSpan.Zero, Cancel)));
    }
}
