using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>Every run can be stopped, also one whose rows are damaged.</summary>
public abstract class DamageContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Theory]
    [InlineData("DELETE FROM definitions")]
    [InlineData("UPDATE definitions SET json = '{'")]
    [InlineData("UPDATE runs SET limit_keys = '{'")]
    [InlineData("UPDATE runs SET stop = '{'")]
    [InlineData("UPDATE runs SET pause = '{'")]
    [InlineData("UPDATE runs SET budget = '{'")]
    [InlineData("UPDATE steps SET proof = '{' WHERE ended_at IS NOT NULL")]
    [InlineData("UPDATE runs SET active = 0, ready = 7, handed_out = 0, open = 9")]
    public async Task A_forced_stop_ends_a_damaged_run_and_leaves_nothing_of_it_in_the_queue(string damage)
    {
        var claimed = await Driver.StartAndClaim(Graphs.Diamond, "left");
        await Damage(damage);

        await Driver.Stop(claimed.Id, force: true);

        var stopped = await View(claimed.Id);
        Assert.Equal((RunState.Stopped, 0), (stopped.Run.State, stopped.Run.Open));
        Assert.Equal(Outcome.Fenced, Assert.Single(await Stores.Reader.Attempts(claimed.Id, Cancel)).Attempt.Outcome);
        Assert.Equal(0, await Database.Number("SELECT count(*) FROM ready"));
        Assert.NotEmpty(await Stores.Reader.ReceiptEntries(claimed.Id, Cancel));
    }

    [Fact]
    public async Task A_run_whose_definition_is_lost_is_stopped_politely_as_well_and_its_proof_is_taken()
    {
        var claimed = await Driver.StartAndClaim();
        await Damage("DELETE FROM definitions");
        Assert.True((await Driver.Stop(claimed.Id)).IsStopping);
        var ended = await Driver.Do(new EndAttempt(
            claimed.Id, "work", Driver.Fence(claimed), Outcome.Stopped, Proof.Nothing with { Rung = Rung.Asked }, null, null, 0));
        Assert.Equal((RunState.Stopped, Verdict.Exited), (ended.State, ended.Verdict));
    }

    [Fact]
    public async Task A_wish_that_cannot_be_read_is_still_a_wish_and_ends_the_run_at_the_next_look()
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Stop(claimed.Id);
        await Damage("UPDATE runs SET stop = '{'");
        Assert.True((await Driver.Load(claimed.Id)).IsStopping);
        Assert.Equal(RunState.Stopped, (await Driver.Do(new EscalateStop(claimed.Id))).State);
    }

    [Fact]
    public async Task A_run_whose_limit_keys_cannot_be_read_gives_back_at_its_end_whatever_it_holds()
    {
        var key = new LimitKey(Driver.Organization, "key");
        await Stores.Limits.Put(key, 1, Cancel);
        var holder = await Driver.Start(Driver.Order() with { LimitKeys = ["key"] });
        await Driver.Claim(holder.Id);
        await Damage("UPDATE runs SET limit_keys = '{'");
        Assert.Equal(1, (await Stores.Limits.Find(key, Cancel))!.Limit.Held);

        Assert.True((await Driver.Stop(holder.Id, force: true)).HasEnded);

        Assert.Equal(0, (await Stores.Limits.Find(key, Cancel))!.Limit.Held);
        Assert.Empty(await Stores.Limits.Holders(key, null, 10, Cancel));
    }

    [Theory]
    [InlineData("UPDATE runs SET limit_keys = '{'")]
    [InlineData("DELETE FROM definitions")]
    public async Task A_damaged_run_that_waits_for_room_is_admitted_to_nothing_but_its_stop(string damage)
    {
        await Stores.Limits.Put(new(Driver.Organization, "key"), 0, Cancel);
        var waiting = await Driver.Start(Driver.Order() with { LimitKeys = ["key"] });
        await Damage(damage);

        Assert.Equal(Answer.NotNow, new AdmitRun(waiting.Id).Decide(await Driver.Load(waiting.Id), waiting.ChangedAt).Answer);
        Assert.Equal(RunState.Stopped, (await Driver.Stop(waiting.Id)).State);

        Assert.Equal(0, await Database.Number("SELECT count(*) FROM blocked"));
    }

    [Fact]
    public async Task A_run_whose_limit_keys_cannot_be_read_keeps_no_maximum_from_being_saved()
    {
        var order = Driver.Order() with { Workflow = "flow" };
        var damaged = await Driver.Start(order);
        var sound = await Driver.Start(order with { Run = Driver.NewId() });
        await Damage($"UPDATE runs SET limit_keys = '{{' WHERE id = {Database.Literal(damaged.Id)}");

        await Stores.Workflows.Save(Driver.Organization, "flow", order.Definition, 5, Cancel);

        Assert.Equal([sound.Id], (await Stores.Limits.Holders(LimitKey.OfWorkflow(Driver.Organization, "flow"), null, 10, Cancel)).Select(run => run.Run));
    }

    [Fact]
    public async Task A_budget_that_cannot_be_read_is_used_up()
    {
        var claimed = await Driver.StartAndClaim();
        await Damage("UPDATE runs SET budget = '{'");
        var asked = await Driver.Do(new ExpireRun(claimed.Id));
        Assert.Equal(StopOrigin.Budget, asked.Stop!.Origin);
    }

    [Fact]
    public async Task Nothing_is_started_of_a_definition_that_is_lost()
    {
        await Stores.Workflows.Save(Driver.Organization, "flow", Driver.Order().Definition, null, Cancel);
        await Damage("DELETE FROM definitions");
        await Assert.ThrowsAnyAsync<Exception>(() => Stores.Workflows.Find(Driver.Organization, "flow", null, Cancel));
    }

    async Task Damage(string sql)
    {
        Assert.Null(await Database.Try(sql));
        await Restart();
    }
}
