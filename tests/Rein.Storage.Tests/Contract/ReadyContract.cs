using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Storage.Tests.Contract;

public abstract class ReadyContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_ready_step_is_offered_until_it_is_claimed()
    {
        var run = await Driver.Start();
        Assert.Equal((run.Id, "work", Driver.Organization), Assert.Single(await Driver.Ready()) is var step ? (step.Run, step.Step, step.Organization) : default);
        await Driver.Claim(run.Id);
        Assert.Empty(await Driver.Ready());
    }

    [Fact]
    public async Task A_run_that_was_claimed_in_its_first_unit_is_never_offered()
    {
        await using (var unit = await Begin())
        {
            var started = await Driver.Decide(unit, Driver.Order());
            var claimed = new ClaimStep(started.After.Id, "work", Driver.Session, "worker").Decide(started.After, unit.Now);
            await unit.Commit(new([new(null, started.Change.Then(claimed.Change!), started.Start)]), Cancel);
        }
        Assert.Empty(await Driver.Ready());
        Assert.Equal(0, await Database.Number("SELECT count(*) FROM ready"));
    }

    [Fact]
    public async Task A_higher_priority_comes_first_and_then_the_older_run()
    {
        var first = await Driver.Start();
        var second = await Driver.Start();
        var urgent = await Driver.Start(Driver.Order() with { Priority = 5 });
        var later = await Driver.Start(Driver.Order() with { Priority = -5 });
        Assert.Equal([urgent.Id, first.Id, second.Id, later.Id], (await Driver.Ready()).Select(step => step.Run));
        Assert.Equal([urgent.Id, first.Id], (await Driver.Ready(count: 2)).Select(step => step.Run));
    }

    [Fact]
    public async Task Pools_and_kinds_are_apart()
    {
        var plain = await Driver.Start(Graphs.OfKind("hold"));
        var other = await Driver.Start(Graphs.OfKind("other"));
        var pooled = await Driver.Start(Graphs.OfKind("hold", "gpu"));
        Assert.Equal([plain.Id], (await Driver.Ready()).Select(step => step.Run));
        Assert.Equal([plain.Id, other.Id], (await Driver.Ready(kinds: ["other", "hold"])).Select(step => step.Run));
        Assert.Equal([pooled.Id], (await Driver.Ready(pool: "gpu")).Select(step => step.Run));
        Assert.Empty(await Driver.Ready(pool: "gpu", kinds: ["other"]));
    }

    [Fact]
    public async Task Organizations_take_turns_however_much_one_of_them_wants()
    {
        var greedy = Driver;
        for (var i = 0; i < 20; i++)
            await greedy.Start(greedy.Order() with { Priority = 100 });
        var modest = new[] { new Driver(Stores, Driver.NewId()), new Driver(Stores, Driver.NewId()) };
        foreach (var driver in modest)
            await driver.Start();

        var served = (await Driver.Ready(count: 4)).Select(step => step.Organization).ToList();
        Assert.Equal(4, served.Count);
        Assert.All(modest, driver => Assert.Single(served, driver.Organization));
        Assert.Equal(20, (await Driver.Ready(count: 100, of: greedy.Organization)).Count);
        Assert.Equal(22, (await Driver.Ready(count: 100)).Count);
    }

    [Fact]
    public async Task One_place_at_a_time_goes_round()
    {
        var drivers = Enumerable.Range(0, 3).Select(_ => new Driver(Stores, Driver.NewId())).ToList();
        foreach (var driver in drivers)
            for (var i = 0; i < 3; i++)
                await driver.Start();
        var served = new List<Guid>();
        for (var i = 0; i < 9; i++)
        {
            var next = Assert.Single(await Driver.Ready(count: 1));
            served.Add(next.Organization);
            await Driver.Claim(next.Run);
        }
        Assert.All(served.Chunk(3), round => Assert.Equal(3, round.Distinct().Count()));
    }

    [Fact]
    public async Task A_session_of_one_organization_is_offered_nothing_of_another()
    {
        await new Driver(Stores, Driver.NewId()).Start();
        var own = await Driver.Start();
        Assert.Equal([own.Id], (await Driver.Ready(of: Driver.Organization)).Select(step => step.Run));
    }

    [Fact]
    public async Task One_unit_never_shows_a_step_twice()
    {
        for (var i = 0; i < 5; i++)
            await Driver.Start();
        await using var unit = await Begin();
        var seen = new List<Guid>();
        for (var i = 0; i < 4; i++)
            seen.AddRange((await unit.NextReady(new(null, null, ["hold"], 2), Cancel)).Select(step => step.Run));
        Assert.Equal(5, seen.Count);
        Assert.Equal(5, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_pause_withdraws_what_is_ready_and_a_resume_offers_it_again()
    {
        var run = await Driver.Start(Graphs.Diamond);
        await Driver.Do(new PauseRun(run.Id, "key:ops", ""));
        Assert.Empty(await Driver.Ready());
        await Driver.Do(new ResumeRun(run.Id, "key:ops"));
        Assert.Equal(["left", "right"], (await Driver.Ready()).Select(step => step.Step).Order());
    }

    [Fact]
    public async Task A_stop_withdraws_what_is_ready()
    {
        var run = await Driver.Start(Graphs.Diamond);
        await Driver.Claim(run.Id, "left");
        await Driver.Stop(run.Id);
        Assert.Empty(await Driver.Ready());
        Assert.Equal(0, await Database.Number("SELECT count(*) FROM ready"));
    }

    [Fact]
    public async Task A_step_that_was_handed_back_is_offered_again()
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Do(new ReturnAttempt(claimed.Id, "work", Driver.Fence(claimed), Proof.Nothing));
        Assert.Equal([claimed.Id], (await Driver.Ready()).Select(step => step.Run));
        await Restart();
        Assert.Equal([claimed.Id], (await Driver.Ready()).Select(step => step.Run));
    }
}
