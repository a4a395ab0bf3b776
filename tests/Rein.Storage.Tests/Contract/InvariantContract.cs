using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Storage.Tests.Contract;

/// <summary>The database itself repeats what Core promises, and refuses it behind everybody's back.</summary>
public abstract class InvariantContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Theory]
    [InlineData("state = 3")]
    [InlineData("state = 9")]
    [InlineData("open = 0")]
    [InlineData("open = -1")]
    [InlineData("active = -1")]
    [InlineData("ready = -1")]
    [InlineData("credits = -1")]
    [InlineData("ended_at = 1")]
    [InlineData("state = 3, open = 0, active = 0, ready = 0, ended_at = 1")]
    [InlineData("state = 3, open = 0, active = 0, ready = 0, cause = 0")]
    [InlineData("state = 5, open = 0, active = 0, ready = 0, ended_at = 1, cause = 4")]
    [InlineData("state = 3, open = 0, active = 1, ready = 0, ended_at = 1, cause = 0")]
    [InlineData("state = 3, open = 0, active = 0, ready = 0, ended_at = 1, cause = 0, due_at = 1")]
    public async Task A_live_run_cannot_be_made_inconsistent(string change)
    {
        var run = await Driver.StartAndClaim();
        Assert.NotNull(await Database.Try($"UPDATE runs SET {change} WHERE id = {Database.Literal(run.Id)}"));
    }

    [Theory]
    [InlineData("state = 1")]
    [InlineData("state = 3")]
    [InlineData("state = 1, open = 1, ended_at = NULL, cause = NULL")]
    [InlineData("used = used + 1")]
    [InlineData("credits = credits + 1")]
    [InlineData("budget = '{}'")]
    [InlineData("items = items + 1")]
    [InlineData("cause = 0")]
    [InlineData("ended_at = ended_at + 1")]
    public async Task An_ended_run_stays_as_it_ended(string change)
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Stop(claimed.Id, force: true);
        Assert.NotNull(await Database.Try($"UPDATE runs SET {change} WHERE id = {Database.Literal(claimed.Id)}"));
    }

    [Theory]
    [InlineData("state = 1")]
    [InlineData("state = 4")]
    [InlineData("state = 2, attempt_open = 1, ended_at = NULL")]
    [InlineData("outcome = 0")]
    [InlineData("item_seq = item_seq + 1")]
    [InlineData("reported = reported + 1")]
    [InlineData("rate = rate + 1")]
    [InlineData("fence = fence + 1")]
    public async Task An_ended_step_stays_as_it_ended(string change)
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Stop(claimed.Id, force: true);
        Assert.NotNull(await Database.Try($"UPDATE steps SET {change} WHERE run = {Database.Literal(claimed.Id)}"));
    }

    [Theory]
    [InlineData("attempt_open = 0")]
    [InlineData("state = 1")]
    [InlineData("session = NULL")]
    [InlineData("ended_at = 1")]
    [InlineData("item_seq = -1")]
    public async Task An_open_attempt_cannot_be_made_inconsistent(string change)
    {
        var claimed = await Driver.StartAndClaim();
        Assert.NotNull(await Database.Try($"UPDATE steps SET {change} WHERE run = {Database.Literal(claimed.Id)}"));
    }

    [Fact]
    public async Task A_receipt_entry_is_never_changed()
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Stop(claimed.Id, force: true);
        Assert.NotNull(await Database.Try($"UPDATE receipt_entries SET kind = 1 WHERE run = {Database.Literal(claimed.Id)}"));
    }

    [Fact]
    public async Task A_limit_never_counts_below_zero()
    {
        await Stores.Limits.Put(new(Driver.Organization, "k"), 1, Cancel);
        Assert.NotNull(await Database.Try("UPDATE limits SET held = -1"));
        Assert.NotNull(await Database.Try("UPDATE limits SET max = -1"));
    }
}
