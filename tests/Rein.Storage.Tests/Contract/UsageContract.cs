using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class UsageContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_budget_and_what_was_reported_are_read_back_as_they_were_written()
    {
        var started = await Driver.Start(Driver.Order() with { Budget = 10 * Credit.One });
        Assert.Equal(new Budget(10 * Credit.One, 0, 0, started.CreatedAt), (await Driver.Load(started.Id)).Budget);
        var claimed = await Driver.Claim(started.Id);
        var reported = await Driver.Do(new ReportUsage(started.Id, "work", Driver.Fence(claimed), 1_234_567));

        var loaded = await Driver.Load(started.Id);
        AssertSameHead(reported, loaded);
        var attempt = loaded.Steps["work"].Attempt!;
        Assert.Equal((Credit.One, 0, 1_234_567), (attempt.Rate, attempt.Fee, attempt.Reported));
        Assert.Equal(reported.Budget, (await View(started.Id)).Run.Budget);
        Assert.Equal(1_234_567, Assert.Single(await Stores.Reader.Attempts(started.Id, Cancel)).Attempt.Reported);
        Assert.Equal(1_234_567, Assert.Single(await Stores.Reader.Steps(started.Id, null, 10, Cancel)).Attempt!.Reported);
    }

    [Fact]
    public async Task What_an_earlier_try_cost_is_kept_when_the_next_takes_its_place_and_that_begins_anew()
    {
        var first = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Do(new ReportUsage(first.Id, "work", Driver.Fence(first), 5 * Credit.One));
        await Driver.Do(new ReturnAttempt(first.Id, "work", Driver.Fence(first), Proof.Nothing));
        var second = await Driver.Claim(first.Id);

        var attempts = await Stores.Reader.Attempts(first.Id, Cancel);
        Assert.Equal([5 * Credit.One, 0], attempts.Select(held => held.Attempt.Reported));
        Assert.Equal(attempts[0].Attempt.Cost(second.ChangedAt), second.Credits);
        await using var unit = await Begin();
        await unit.LockRuns([first.Id], wait: true, Cancel);
        Assert.Equal(5 * Credit.One, (await unit.FindArchived(first.Id, "work", Driver.Fence(first), Cancel))!.Reported);
    }

    [Fact]
    public async Task Time_that_uses_up_a_budget_is_a_timer_and_none_without()
    {
        await Driver.StartAndClaim();
        Assert.Null((await Stores.Timers.Due(10, Cancel)).Next);
        var run = await Driver.Claim((await Driver.Start(Driver.Order() with { Budget = 10 * Credit.One })).Id);
        var next = (await Stores.Timers.Due(10, Cancel)).Next;
        Assert.Equal(run.DueAt, next);
        Assert.True(run.Budget!.IsUsedUp(next!.Value));

        var reported = await Driver.Do(new ReportUsage(run.Id, "work", Driver.Fence(run), 10 * Credit.One));
        var due = Assert.Single((await Stores.Timers.Due(10, Cancel)).Due);
        Assert.Equal((run.Id, null), (due.Run, due.Step));
        Assert.Equal(StopOrigin.Budget, (await Driver.Do(new ExpireRun(reported.Id))).Stop!.Origin);
    }

    [Fact]
    public async Task Credits_are_final_with_the_run()
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Do(new ReportUsage(claimed.Id, "work", Driver.Fence(claimed), 7));
        var ended = await Driver.End(claimed);
        Assert.Equal(7 + Credit.Over(Credit.One, ended.Used), ended.Credits);
        Assert.Equal(ended.Credits, (await View(claimed.Id)).Run.Credits);
    }

    [Fact]
    public async Task Executed_time_is_summed_over_what_has_ended_what_is_under_way_and_what_was_pruned()
    {
        var since = TimeProvider.System.GetUtcNow().AddDays(-1);
        var label = Driver.Order().Labels.Add("kept", "no");
        var pruned = await Driver.End(await Driver.Claim((await Driver.Start(Driver.Order() with { Labels = label })).Id));
        foreach (var duty in await Stores.Duties.Take(10, TimeSpan.FromMinutes(1), Cancel))
            await Stores.Exports.Keep(duty.Id, duty.Run, new(0, 0, 0, new string('a', 64)), Cancel);
        Assert.Equal(1, (await Stores.Retention.Prune(new(Driver.Organization, TimeSpan.FromMicroseconds(1), null, 10) { Label = ("kept", "no") }, Guid.Empty, Cancel)).Pruned);
        var ended = await Driver.End(await Driver.StartAndClaim());
        await Driver.Start();
        await Driver.Start(Graphs.Delayed(3600));
        var foreign = new Driver(Stores, Driver.NewId());
        await foreign.End(await foreign.StartAndClaim());
        Assert.Equal(pruned.Used + ended.Used, await Used(since, ended.EndedAt!.Value));

        var running = await Driver.StartAndClaim();
        var assigned = running.Steps["work"].Attempt!.AssignedAt;
        Assert.Equal(pruned.Used + ended.Used + TimeSpan.FromSeconds(7), await Used(since, assigned.AddSeconds(7)));
        Assert.Equal(pruned.Used + ended.Used, await Used(since, assigned.AddSeconds(-7)));
        Assert.Equal(TimeSpan.FromSeconds(7), await Used(running.CreatedAt, assigned.AddSeconds(7)));

        async Task<TimeSpan> Used(DateTimeOffset from, DateTimeOffset now) => (await Stores.Reader.Usage(new(Driver.Organization, from, now), Cancel)).Sum.Time;
    }

    [Fact]
    public async Task Credits_are_summed_over_what_has_ended_what_is_under_way_and_what_was_pruned()
    {
        var since = TimeProvider.System.GetUtcNow().AddDays(-1);
        var label = Driver.Order().Labels.Add("kept", "no");
        var pruned = await Reported(Driver, await Driver.Claim((await Driver.Start(Driver.Order() with { Labels = label })).Id), 5);
        foreach (var duty in await Stores.Duties.Take(10, TimeSpan.FromMinutes(1), Cancel))
            await Stores.Exports.Keep(duty.Id, duty.Run, new(0, 0, 0, new string('a', 64)), Cancel);
        Assert.Equal(1, (await Stores.Retention.Prune(new(Driver.Organization, TimeSpan.FromMicroseconds(1), null, 10) { Label = ("kept", "no") }, Guid.Empty, Cancel)).Pruned);
        var ended = await Reported(Driver, await Driver.StartAndClaim(), 3);
        await Driver.Start();
        var foreign = new Driver(Stores, Driver.NewId());
        await Reported(foreign, await foreign.StartAndClaim(), 900);
        Assert.True(ended.Credits > 3 * Credit.One);
        Assert.Equal(pruned.Credits + ended.Credits, await Spent(since, ended.EndedAt!.Value));

        var running = await Driver.StartAndClaim();
        await Driver.Do(new ReportUsage(running.Id, "work", Driver.Fence(running), 2 * Credit.One));
        var assigned = running.Steps["work"].Attempt!.AssignedAt;
        Assert.Equal(pruned.Credits + ended.Credits + 9 * Credit.One, await Spent(since, assigned.AddSeconds(7)));
        Assert.Equal(pruned.Credits + ended.Credits + 2 * Credit.One, await Spent(since, assigned.AddSeconds(-7)));
        Assert.Equal(2 * Credit.One + 1_500_000, await Spent(running.CreatedAt, assigned.AddSeconds(1.5)));

        async Task<long> Spent(DateTimeOffset from, DateTimeOffset now) => (await Stores.Reader.Usage(new(Driver.Organization, from, now), Cancel)).Sum.Credits;
    }

    [Fact]
    public async Task What_is_over_of_a_stretch_is_told_apart_and_what_was_under_way_there_when_it_has_ended()
    {
        var since = TimeProvider.System.GetUtcNow().AddDays(-1);
        var ended = await Reported(Driver, await Driver.StartAndClaim(), 3);
        var living = await Driver.StartAndClaim();
        var waiting = await Driver.Start();
        var until = Driver.NewId();
        var later = await Reported(Driver, await Driver.StartAndClaim(), 5);
        var now = living.Steps["work"].Attempt!.AssignedAt.AddSeconds(7);
        var filter = new UsageFilter(Driver.Organization, since, now) { Until = until, Most = 10 };

        var first = await Stores.Reader.Usage(filter, Cancel);
        Assert.Equal(new(ended.Used, ended.Credits), first.Settled);
        Assert.Equal(new(later.Used + TimeSpan.FromSeconds(7), later.Credits + 7 * Credit.One), first.Moving);
        Assert.Equal([living.Id, waiting.Id], first.Living.Order());
        Assert.Single((await Stores.Reader.Usage(filter with { Most = 1 }, Cancel)).Living);

        var over = await Reported(Driver, living, 2);
        var second = await Stores.Reader.Usage(filter with { From = until, Left = first.Living }, Cancel);
        Assert.Equal((default, new UsageSum(later.Used, later.Credits)), (second.Settled, second.Moving));
        Assert.Equal((over.Id, new UsageSum(over.Used, over.Credits)), Assert.Single(second.Ended));
        Assert.Empty(second.Living);
        Assert.Equal((await Stores.Reader.Usage(new(Driver.Organization, since, now), Cancel)).Sum, first.Settled + second.Sum);
    }

    static async Task<Run> Reported(Driver driver, Run claimed, int credits) =>
        await driver.End(await driver.Do(new ReportUsage(claimed.Id, "work", Driver.Fence(claimed), credits * Credit.One)));
}
