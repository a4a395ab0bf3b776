using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Storage.Postgres;

namespace Rein.Storage.Tests.Postgres;

/// <summary>Several connections at one run: what only a database with more than one writer can get wrong.</summary>
public sealed class RaceTests : IAsyncLifetime
{
    readonly PostgresDatabase database = new();
    PostgresStores one = null!;
    PostgresStores another = null!;
    Driver driver = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        one = await database.Open(lanes: 2);
        another = await database.Open(lanes: 2);
        driver = new(one, Driver.NewId());
    }

    [Fact]
    public async Task A_stop_and_a_completion_at_once_have_exactly_one_winner()
    {
        var winners = new List<RunState>();
        for (var round = 0; round < 40; round++)
        {
            var run = await driver.StartAndClaim();
            using var start = new Barrier(2);
            var stop = new RequestStop(run.Id, StopOrigin.Manual, "key:ops", "", TimeSpan.Zero, FenceAt.Now, Force: true);
            var end = new EndAttempt(run.Id, "work", Driver.Fence(run), Outcome.Succeeded, Proof.Nothing, Driver.Utf8("1"), null, 0);
            var answers = await Task.WhenAll(Task.Run(() => Race(one, start, stop)), Task.Run(() => Race(another, start, end)));

            var ended = await driver.Load(run.Id);
            winners.Add(ended.State);
            Assert.Equal(
                ended.State is RunState.Stopped ? (Answer.Stopped, Answer.Fenced) : (Answer.AlreadyEnded, Answer.Done),
                (answers[0], answers[1]));
            var events = await one.Reader.Events(run.Id, 0, 100, Cancel);
            Assert.Single(events.SelectMany(row => row.Lines), line => line.Kind is RunEventKind.Ended);
        }
        Assert.Equal(2, winners.Distinct().Count());
    }

    static async Task<Answer> Race(PostgresStores stores, Barrier start, ICommand command)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        start.SignalAndWait(Cancel);
        var head = (await unit.LockRuns([command.Run], wait: true, Cancel)).Runs[command.Run];
        var (before, decision) = await Driver.Decide(unit, head, _ => command);
        if (decision.Change is { } change)
            await unit.Commit(new([new(before, change)]), Cancel);
        return decision.Answer;
    }

    [Fact]
    public async Task A_run_that_another_unit_holds_is_skipped_and_one_that_does_not_exist_is_not()
    {
        var (held, free) = (await driver.Start(), await driver.Start());
        await using var holder = await one.Runs.Begin(Cancel);
        await holder.LockRuns([held.Id], wait: true, Cancel);
        await using var other = await another.Runs.Begin(Cancel);
        var locked = await other.LockRuns([held.Id, free.Id, Driver.NewId()], wait: false, Cancel);
        Assert.Equal([free.Id], locked.Runs.Keys);
        Assert.Equal([held.Id], locked.Skipped);
        Assert.Equal([free.Id], (await other.NextReady(new(null, null, ["hold"], 10), Cancel)).Select(step => step.Run));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_claim_that_has_read_the_queue()
    {
        var runs = new List<Run>();
        for (var i = 0; i < 30; i++)
            runs.Add(await driver.Start());
        await using var claim = await another.Runs.Begin(Cancel);
        var taken = (await claim.NextReady(new(null, null, ["hold"], 10), Cancel)).Select(step => step.Run).ToHashSet();
        foreach (var run in runs.Where(run => !taken.Contains(run.Id)))
            Assert.Equal(RunState.Stopped, (await driver.Stop(run.Id)).State);
    }

    /// <summary>
    /// The circle that row locks of steps once made: one unit appends to both, another decides about the second and would claim from the first.
    /// </summary>
    [Fact]
    public async Task An_append_to_two_runs_and_a_claim_behind_a_decision_do_not_wait_for_each_other()
    {
        var (first, second) = (await driver.StartAndClaim(Graphs.Diamond, "left"), await driver.StartAndClaim());
        await using var decision = await one.Runs.Begin(Cancel);
        var head = (await decision.LockRuns([second.Id], wait: true, Cancel)).Runs[second.Id];
        var (before, decided) = await Driver.Decide(decision, head, _ => Ending(second));
        var appending = Append(
            new(AppendKind.Item, first.Id, "left", Driver.Fence(first, "left"), 1, [Driver.Utf8("1")]), Driver.Items(second, 1, "1"));
        await database.Until("a unit waits for a lock", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = current_schema()");

        var claimed = await decision.NextReady(new(null, null, ["hold"], 10), Cancel);
        await decision.LoadSlices([.. (await decision.LockRuns([.. claimed.Select(step => step.Run)], wait: false, Cancel)).Runs.Values.Select(run => (run, Slice.OpenSteps))], Cancel);
        await decision.Commit(new([new(before, decided.Change!)]), Cancel);
        Assert.Equal([new Appended(1, IsFenced: false), new(0, IsFenced: true)], await appending);
        Assert.Equal([first.Id], (await driver.Ready()).Select(step => step.Run));
    }

    static EndAttempt Ending(Run run) => new(run.Id, "work", Driver.Fence(run), Outcome.Succeeded, Proof.Nothing, null, null, 0);

    async Task<IReadOnlyList<Appended>> Append(params Append[] entries)
    {
        await using var unit = await another.Runs.Begin(Cancel);
        await unit.LockRuns([.. entries.Select(entry => entry.Run)], wait: true, Cancel);
        var appended = await unit.Append(entries, Cancel);
        await unit.Commit(new([]), Cancel);
        return appended;
    }

    [Fact]
    public async Task Nothing_is_appended_to_a_run_that_is_not_locked()
    {
        var run = await driver.StartAndClaim();
        await using var unit = await one.Runs.Begin(Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => unit.Append([Driver.Items(run, 1, "1")], Cancel));
    }

    [Fact]
    public async Task Two_starts_with_one_idempotency_key_end_as_one_run()
    {
        var key = new StartKey(driver.Organization, "once");
        await using var first = await one.Runs.Begin(Cancel);
        await using var second = await another.Runs.Begin(Cancel);
        Assert.Empty(await first.FindStarts([key], Cancel));
        Assert.Empty(await second.FindStarts([key], Cancel));
        var (a, b) = (await Driver.Decide(first, driver.Order()), await Driver.Decide(second, driver.Order()));
        await first.Commit(new([a]) { StartKeys = [(key, new([1], a.After.Id))] }, Cancel);
        var late = await Assert.ThrowsAsync<StoreException>(() => second.Commit(new([b]) { StartKeys = [(key, new([1], b.After.Id))] }, Cancel));
        Assert.True(late is { IsTransient: true, IsContended: true });

        await using var again = await another.Runs.Begin(Cancel);
        Assert.Equal(a.After.Id, (await again.FindStarts([key], Cancel))[key].Run);
        Assert.Null(await one.Reader.Find(driver.Organization, b.After.Id, Cancel));
    }

    [Fact]
    public async Task A_limit_is_never_exceeded_by_starts_from_several_nodes()
    {
        var key = new LimitKey(driver.Organization, "key");
        await one.Limits.Put(key, 5, Cancel);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(node => Task.Run(async () =>
        {
            var mine = new Driver(node % 2 == 0 ? one : another, driver.Organization);
            for (var i = 0; i < 10; i++)
                await mine.Start(mine.Order() with { LimitKeys = ["key"] });
        })));
        Assert.Equal(5, (await one.Limits.Holders(key, null, 100, Cancel)).Count);
        Assert.Equal(35, await database.Number("SELECT count(*) FROM blocked"));
    }

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await another.DisposeAsync();
        await database.DisposeAsync();
    }
}
