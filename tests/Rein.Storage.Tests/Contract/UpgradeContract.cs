using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>What every earlier version has left, row for row: made by this one, and put into the earlier one's tables as far as they reach.</summary>
public abstract class UpgradeContract<TDatabase>(Past<TDatabase> past) : IClassFixture<Past<TDatabase>>, IAsyncLifetime
    where TDatabase : ITestDatabase, IOldDatabase<TDatabase>, new()
{
    /// <summary>The database counts these itself, and would give the numbers of copied ones again.</summary>
    static readonly string[] Counted = ["duties.id", "audit.number"];

    readonly TDatabase old = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Schemas.Old), MemberType = typeof(Schemas))]
    public async Task Everything_of_an_older_database_is_there_behind_its_upgrade_and_what_lives_goes_on(int version)
    {
        await old.Build(version);
        var reach = await old.Columns();
        foreach (var (table, columns) in await Shared(reach))
            await old.CopyFrom(past.Database, table, columns);

        await using var stores = await old.Open();

        foreach (var (table, columns) in await Shared(reach))
        {
            var (before, after) = (await past.Database.Rows(table, columns), await old.Rows(table, columns));
            // Accounts that were made before they knew as much as now are owed again.
            if (version < 3 && table is ("duties" or "exports"))
                Assert.Equal(table is "duties" ? before.Count + 1 : 0, after.Count);
            else
                Assert.Equal(before, after);
        }
        await IsRead(stores, version);
        await GoesOn(stores, version);
        await IsProved(stores, version);
    }

    /// <summary>The columns that the older schema has, and this one still: their rows must not change.</summary>
    async Task<Dictionary<string, string[]>> Shared(IReadOnlyDictionary<string, IReadOnlyList<string>> reach)
    {
        var now = await past.Database.Columns();
        return reach
            .Where(table => now.ContainsKey(table.Key))
            .ToDictionary(table => table.Key, table => table.Value.Intersect(now[table.Key]).Where(column => !Counted.Contains($"{table.Key}.{column}")).ToArray());
    }

    async Task IsRead(IStores stores, int version)
    {
        var ended = past.Ended;
        var view = (await stores.Reader.Find(past.Organization, ended.Id, Cancel))!;
        Assert.Equal((RunState.Succeeded, 2L, ended.Used.Ticks / 10), (view.Run.State, view.Run.Items, view.Run.Credits));
        Assert.Equal(version < 3 ? ExportState.Due : ExportState.Done, view.Export!.State);
        Assert.Equal(2, (await stores.Reader.Items(ended.Id, ItemPosition.Start, 10, Cancel)).Count);
        Assert.Equal("flow", Assert.Single(await stores.Workflows.List(past.Organization, null, 10, Cancel)).Name);
        Assert.Equal((1, 1, 1L), (await stores.Limits.Find(new(past.Organization, "acme"), Cancel)) is { } limit ? (limit.Limit.Max, limit.Limit.Held, limit.Waiting) : default);
        Assert.Equal("ops", (await stores.Keys.Find("abc", Cancel))!.Name);
        Assert.Equal(2, (await stores.Reader.Attempts(past.Running.Id, Cancel)).Count);
        // What something was left of is asked for, whoever has written it.
        Assert.Equal(
            new[] { past.Running.Id, past.Stopped.Id }.Order(),
            (await stores.Sessions.Unproved(past.Organization, "worker", 10, Cancel)).Select(held => held.Run).Order());
        Assert.Equal(version < 4 ? 0 : 1, (await stores.StopLinks.List(past.Organization, past.Stoppable.Id, Cancel)).Count);
        Assert.Equal(version < 6 ? 0 : 1, (await stores.Reader.Checkpoints(past.Running.Id, ["work"], Cancel)).Count);
        Assert.Equal(version < 7 ? 0 : 1, (await stores.Pools.Closed(Cancel)).Pools.Count);
    }

    async Task GoesOn(IStores stores, int version)
    {
        var driver = new Driver(stores, past.Organization);
        await driver.Append(Driver.Items(past.Running, 2, "2"));
        Assert.Equal((RunState.Succeeded, 2L), await driver.End(await driver.Load(past.Running.Id, Slice.Of("work"))) is { } over ? (over.State, over.Items) : default);
        Assert.Equal(RunState.Stopped, (await driver.Stop(past.Waiting.Id)).State);
        Assert.Equal(RunState.Stopped, (await driver.Stop(past.Blocked.Id)).State);
        var asked = await driver.Stop(past.Stoppable.Id);
        Assert.Equal((RunState.Running, true), (asked.State, asked.IsStopping));
        Assert.Equal(RunState.Stopped, (await driver.End(await driver.Load(past.Stoppable.Id, Slice.Of("work")), outcome: Outcome.Stopped)).State);
        if (version >= 8)
            await driver.End(await driver.Claim(past.Loop.Id, "work[0]"), "work[0]");
        Assert.Equal(RunState.Stopped, (await driver.Stop(past.Loop.Id, force: true)).State);
        Assert.True((await stores.Retention.Prune(new(past.Organization, TimeSpan.FromMicroseconds(1), null, 100), Guid.Empty, Cancel)).Pruned > 0);
        await driver.End(await driver.StartAndClaim());
    }

    /// <summary>What was sealed before, and what is sealed from here on, in one chain.</summary>
    async Task IsProved(IStores stores, int version)
    {
        Assert.Single(await stores.Reader.ReceiptEntries(past.Stopped.Id, Cancel));
        await past.Notary.Seal(stores, past.Organization);
        var file = await past.Notary.Verify(stores, past.Organization);
        Assert.Equal((6, version < 2 ? 1 : 2), (file.Place, file.Seals));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return old.DisposeAsync();
    }
}
