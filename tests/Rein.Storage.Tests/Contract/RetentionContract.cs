using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class RetentionContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly string[] OfRuns = ["inputs", "labels", "extras", "steps", "attempts", "stop_requests", "events", "held", "blocked", "exports", "items", "logs", "marks", "duties"];

    static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);

    [Fact]
    public async Task A_run_that_was_kept_long_enough_is_pruned_with_everything_of_it()
    {
        var run = await Collected();
        await Prune();
        Assert.Null(await Stores.Reader.Find(Driver.Organization, run.Id, Cancel));
        Assert.Empty(await Stores.Reader.List(new(Driver.Organization, 10), Cancel));
        Assert.True(await Rows(run) > 0);

        await Sweep();
        Assert.Equal(0, await Rows(run));
        var left = Assert.IsType<PrunedRun>(await Stores.Retention.Find(Driver.Organization, run.Id, Cancel));
        Assert.Equal((RunState.Succeeded, 2, run.EndedAt), (left.Run.State, left.Run.Items, left.Run.EndedAt));
        Assert.Null(await Stores.Retention.Find(Driver.NewId(), run.Id, Cancel));
    }

    [Fact]
    public async Task A_run_is_kept_for_its_time()
    {
        await Ended();
        Assert.Equal(0, await Prune(age: TimeSpan.FromHours(1)));
        Assert.Equal(0, await Prune(age: null));
        Assert.Equal(1, await Prune());
    }

    [Fact]
    public async Task A_run_that_lives_or_is_unproved_or_owes_something_is_kept()
    {
        await Driver.StartAndClaim();
        await Driver.Stop((await Driver.StartAndClaim()).Id, force: true);
        await Collected(isExported: false);
        Assert.Equal(0, await Prune());
    }

    [Fact]
    public async Task A_tree_is_pruned_from_below_and_only_when_its_root_may_go()
    {
        var parent = await Driver.StartAndClaim();
        var child = await Child(parent);
        await Driver.End(await Driver.Claim(child.Id));
        Assert.Equal(0, await Prune());
        await Driver.End(await Driver.Load(parent.Id, Slice.Of("work")));
        Assert.Equal(1, await Prune());
        Assert.Null(await Stores.Reader.Find(Driver.Organization, child.Id, Cancel));
        Assert.Equal(1, await Prune());
        Assert.Null(await Stores.Reader.Find(Driver.Organization, parent.Id, Cancel));
    }

    [Fact]
    public async Task A_run_with_a_live_child_is_kept()
    {
        var parent = await Driver.StartAndClaim();
        await Child(parent);
        await Driver.End(await Driver.Load(parent.Id, Slice.Of("work")));
        Assert.Equal(0, await Prune());
    }

    [Fact]
    public async Task As_many_are_kept_as_were_asked_for_and_runs_that_live_do_not_count()
    {
        var runs = new[] { await Ended(), await Ended(), await Ended() };
        await Driver.Start();
        Assert.Null(await Stores.Retention.Beyond(Driver.Organization, 3, Cancel));
        var beyond = await Stores.Retention.Beyond(Driver.Organization, 2, Cancel);
        Assert.Equal(runs[0].Id, beyond);
        Assert.Equal(new(1, null), await Stores.Retention.Prune(new(Driver.Organization, null, beyond, 100), Guid.Empty, Cancel));
        Assert.NotNull(await Stores.Reader.Find(Driver.Organization, runs[1].Id, Cancel));
    }

    [Fact]
    public async Task A_look_ends_where_it_is_told_and_the_next_goes_on_there()
    {
        var runs = new[] { await Driver.Start(), await Ended(), await Ended() };
        var first = await Stores.Retention.Prune(new(Driver.Organization, Moment, null, 2), Guid.Empty, Cancel);
        Assert.Equal(new(1, runs[1].Id), first);
        Assert.Equal(new(1, null), await Stores.Retention.Prune(new(Driver.Organization, Moment, null, 2), first.Last!.Value, Cancel));
    }

    [Fact]
    public async Task The_receipt_of_a_pruned_run_keeps_what_it_is_put_together_from()
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Stop(claimed.Id, grace: TimeSpan.FromSeconds(30));
        await Driver.End(claimed, outcome: Outcome.Stopped);
        var (attempts, requests, entries) = (await Attempts(claimed), await Requests(claimed), await Entries(claimed));
        Assert.Equal(1, await Prune());
        Assert.Equal(attempts, await Attempts(claimed));
        await Sweep();
        Assert.Equal(attempts, await Attempts(claimed));
        Assert.Equal((requests, entries), (await Requests(claimed), await Entries(claimed)));
        Assert.Equal((1, 1, 1), (attempts.Count(line => line == '\n'), requests, entries));
        var left = (await Stores.Retention.Find(Driver.Organization, claimed.Id, Cancel))!.Run;
        Assert.Equal((Verdict.Exited, "too slow"), (left.Verdict, left.Stop!.Reason));

        Assert.Equal(0, await Stores.Retention.Forget(10, Cancel));
        Assert.Equal(0, await Stores.Retention.PruneReceipts(TimeSpan.FromHours(1), 10, Cancel));
        Assert.Equal(1, await Stores.Retention.PruneReceipts(Moment, 10, Cancel));
        Assert.Null(await Stores.Retention.Find(Driver.Organization, claimed.Id, Cancel));
        Assert.Equal((0, 1), (await Requests(claimed), await Entries(claimed)));
        Assert.Equal("", await Attempts(claimed));
    }

    [Fact]
    public async Task Links_go_when_it_is_no_longer_known_that_there_was_their_run()
    {
        var (ended, stopped) = (await Collected(), await Driver.Stop((await Driver.Start()).Id));
        foreach (var run in new[] { ended, stopped })
            await Stores.StopLinks.Create(new(Driver.NewId(), Driver.Organization, run.Id, run.Id.ToString("N"), new byte[] { 1 }, "link", "key:ops", ended.CreatedAt, null), null, Cancel);
        foreach (var duty in await Stores.Duties.Take(10, TimeSpan.FromMinutes(1), Cancel))
            await Stores.Exports.Keep(duty.Id, duty.Run, new(0, 0, 0, s_digest), Cancel);
        Assert.Equal(2, await Prune());
        await Sweep();
        Assert.Equal(0, await Stores.Retention.Forget(10, Cancel));
        Assert.Equal((true, true), (await Opens(ended), await Opens(stopped)));
        Assert.Null(await Database.Try($"UPDATE pruned SET at = at - {40L * 86_400 * 1_000_000}"));
        Assert.Equal(1, await Stores.Retention.Forget(10, Cancel));
        Assert.Equal((false, true), (await Opens(ended), await Opens(stopped)));
        Assert.Equal(1, await Stores.Retention.PruneReceipts(Moment, 10, Cancel));
        Assert.False(await Opens(stopped));

        async Task<bool> Opens(Run run) => await Stores.StopLinks.Find(run.Id.ToString("N"), Cancel) is not null;
    }

    [Fact]
    public async Task What_a_crash_leaves_unswept_the_next_life_sweeps_in_small_steps()
    {
        var run = await Collected();
        await Prune();
        await Restart();
        Assert.Equal(2, await Stores.Retention.Sweep(2, Cancel));
        Assert.True(await Rows(run) > 0);
        await Sweep();
        Assert.Equal(0, await Rows(run));
        Assert.Equal(0, await Stores.Retention.Sweep(100, Cancel));
    }

    [Fact]
    public async Task An_idempotency_key_outlives_its_run()
    {
        var order = Driver.Order();
        var key = new StartKey(Driver.Organization, "key");
        await using (var unit = await Begin())
            await unit.Commit(new([await Driver.Decide(unit, order)]) { StartKeys = [(key, new([1], order.Run))] }, Cancel);
        await Driver.End(await Driver.Claim(order.Run));
        Assert.Equal(1, await Prune());
        await Sweep();
        await using var next = await Begin();
        Assert.Equal(order.Run, (await next.FindStarts([key], Cancel))[key].Run);
    }

    [Fact]
    public async Task A_definition_that_nothing_refers_to_is_deleted_and_stored_anew_by_who_starts_it_again()
    {
        await Ended();
        await Driver.End(await Driver.StartAndClaim(Graphs.CleaningUp));
        await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.CleaningUp, null, Cancel);
        await Driver.Do(await CleanUpOf());
        Assert.Equal(2, await Prune());
        Assert.Null(await Database.Try("UPDATE definitions SET unused_since = 1 WHERE unused_since IS NOT NULL"));
        Assert.Equal(1, await Stores.Retention.PruneDefinitions(10, Cancel));
        Assert.Equal(1, await Database.Number("SELECT count(*) FROM definitions"));

        await ForgetWhatIsStored();
        var again = await Driver.Start();
        await Restart();
        Assert.NotEqual(Definition.Lost, (await Driver.Load(again.Id)).Definition);
    }

    [Fact]
    public async Task A_definition_that_is_used_again_is_not_deleted()
    {
        await Ended();
        Assert.Equal(1, await Prune());
        var again = await Driver.Start();
        Assert.Null(await Database.Try("UPDATE definitions SET unused_since = 1"));
        Assert.Equal(0, await Stores.Retention.PruneDefinitions(10, Cancel));
        Assert.Equal(0, await Database.Number("SELECT count(*) FROM definitions WHERE unused_since IS NOT NULL"));
        await Restart();
        Assert.NotEqual(Definition.Lost, (await Driver.Load(again.Id)).Definition);
    }

    /// <summary>A node relies on what it stored for a while, in which nothing that is unused is deleted; a new life relies on nothing.</summary>
    Task ForgetWhatIsStored() => Restart();

    async Task<ICommand> CleanUpOf()
    {
        var run = (await Stores.Reader.List(new(Driver.Organization, 1), Cancel)).Single().Run;
        var claimed = await Driver.Claim(run.Id, "tidy");
        return new EndAttempt(run.Id, "tidy", Driver.Fence(claimed, "tidy"), Outcome.Succeeded, Proof.Nothing, null, null, 0);
    }

    static readonly string s_digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("1\n2\n"u8));

    async Task<Run> Ended() => await Driver.End(await Driver.StartAndClaim());

    async Task<Run> Collected(bool isExported = true)
    {
        var order = Driver.Order() with { Input = Driver.Utf8("{\"a\":1}"), Labels = Driver.Order().Labels.Add("of", "test"), Extras = new("mine", Driver.Utf8("{}")) };
        await Driver.Start(order);
        var claimed = await Driver.Claim(order.Run);
        await Driver.Append(Driver.Items(claimed, 1, "1", "2"));
        await Driver.Append(Driver.Logs(claimed, 1, "a", "b"));
        await Driver.Append(Driver.Items(claimed, 1, "{}") with { Kind = AppendKind.Progress });
        await Driver.Append(Driver.Items(claimed, 1, "{}") with { Kind = AppendKind.Checkpoint });
        var ended = await Driver.End(claimed);
        if (isExported)
            foreach (var duty in await Stores.Duties.Take(10, TimeSpan.FromMinutes(1), Cancel))
                await Stores.Exports.Keep(duty.Id, duty.Run, new(2, 2, 4, s_digest), Cancel);
        return ended;
    }

    async Task<Run> Child(Run parent)
    {
        var order = Driver.Order();
        await using (var unit = await Begin())
        {
            var head = (await unit.LockRuns([parent.Id], wait: true, Cancel)).Runs[parent.Id];
            var (before, decision) = await Driver.Decide(unit, head, _ => new StartChild(parent.Id, order));
            await unit.Commit(new([new(before, decision.Change!), await Driver.Decide(unit, order with { Parent = parent.Id })]), Cancel);
        }
        return await Driver.Load(order.Run);
    }

    async Task<int> Prune() => await Prune(Moment);

    async Task<int> Prune(TimeSpan? age) =>
        (await Stores.Retention.Prune(new(Driver.Organization, age, null, 100), Guid.Empty, Cancel)).Pruned;

    async Task Sweep()
    {
        while (await Stores.Retention.Sweep(3, Cancel) > 0) { }
    }

    async Task<long> Rows(Run run)
    {
        var rows = 0L;
        foreach (var table in OfRuns)
            rows += await Database.Number($"SELECT count(*) FROM {table} WHERE run = {Database.Literal(run.Id)}");
        return rows;
    }

    async Task<string> Attempts(Run run) =>
        string.Concat((await Stores.Reader.Attempts(run.Id, Cancel)).Select(held => $"{held.Step} {held.Attempt.Try} {held.Attempt.Worker} {held.Attempt.Outcome} {held.Attempt.EndedAt:O}\n"));

    async Task<int> Requests(Run run) => (await Stores.Reader.StopRequests(run.Id, Cancel)).Count;

    async Task<int> Entries(Run run) => (await Stores.Reader.ReceiptEntries(run.Id, Cancel)).Count;
}
