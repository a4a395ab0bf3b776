using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>
/// What an earlier version has left, row for row: made by this one, and put into the earlier one's tables as far as they reach. Whoever adds a
/// migration adds the number before it.
/// </summary>
public abstract class UpgradeContract<TDatabase> : IAsyncLifetime
    where TDatabase : ITestDatabase, IOldDatabase<TDatabase>, new()
{
    /// <summary>The database counts these itself, and would give the numbers of copied ones again.</summary>
    static readonly string[] Counted = ["duties.id", "audit.number"];

    readonly TDatabase origin = new();
    readonly TDatabase old = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Everything_of_an_older_database_is_there_behind_its_upgrade_and_what_lives_goes_on(int version)
    {
        var organization = Driver.NewId();
        var (ended, stopped, running, waiting) = await Fill(organization);
        await old.Build(version);
        var reach = await old.Columns();
        foreach (var (table, columns) in await Shared(reach, version))
            await old.CopyFrom(origin, table, columns);

        await using var stores = await old.Open();

        foreach (var (table, columns) in await Shared(reach, version))
        {
            var (before, after) = (await origin.Rows(table, columns), await old.Rows(table, columns));
            // Accounts that were made before they knew as much as now are owed again.
            Assert.Equal(before, table is "duties" ? after.Take(before.Count) : after);
        }
        await GoesOn(stores, organization, ended, stopped, running, waiting);
    }

    async Task<(Run Ended, Run Stopped, Run Running, Run Waiting)> Fill(Guid organization)
    {
        await using var stores = await origin.Open();
        var driver = new Driver(stores, organization);
        await stores.Sessions.Open(new(driver.Session, null, "worker", null, ["hold"], 10, TimeProvider.System.GetUtcNow()), TimeSpan.FromHours(1), Cancel);
        await stores.Workflows.Save(organization, "flow", Graphs.Diamond, null, Cancel);
        await stores.Limits.Put(new(organization, "acme"), 3, Cancel);
        await stores.Keys.CreateOrganization("acme", Cancel);
        var order = driver.Order() with { Input = Driver.Utf8("{\"a\":1}"), Labels = driver.Order().Labels.Add("of", "test"), LimitKeys = ["acme"] };
        await driver.Start(order);
        var claimed = await driver.Claim(order.Run);
        await driver.Append(Driver.Items(claimed, 1, "1", "2"));
        await driver.Append(Driver.Logs(claimed, 1, "said"));
        var ended = await driver.End(claimed, result: "{\"done\":true}");
        var stopped = await driver.StartAndClaim();
        await driver.Stop(stopped.Id, force: true);
        var running = await driver.StartAndClaim();
        await driver.Append(Driver.Items(running, 1, "1"));
        return (ended, stopped, running, await driver.Start(Graphs.Delayed(3600)));
    }

    /// <summary>The columns that the older schema has, and this one still: their rows must not change.</summary>
    async Task<Dictionary<string, string[]>> Shared(IReadOnlyDictionary<string, IReadOnlyList<string>> reach, int version)
    {
        var now = await origin.Columns();
        return reach
            .Where(table => now.ContainsKey(table.Key) && !(table.Key is "exports" && version < 3))
            .ToDictionary(table => table.Key, table => table.Value.Intersect(now[table.Key]).Where(column => !Counted.Contains($"{table.Key}.{column}")).ToArray());
    }

    static async Task GoesOn(IStores stores, Guid organization, Run ended, Run stopped, Run running, Run waiting)
    {
        var driver = new Driver(stores, organization);
        var view = (await stores.Reader.Find(organization, ended.Id, Cancel))!.Run;
        Assert.Equal((RunState.Succeeded, 2L, ended.Used.Ticks / 10), (view.State, view.Items, view.Credits));
        Assert.Equal(2, (await stores.Reader.Items(ended.Id, ItemPosition.Start, 10, Cancel)).Count);
        Assert.Equal("flow", Assert.Single(await stores.Workflows.List(organization, null, 10, Cancel)).Name);
        Assert.Equal((3, 0), (await stores.Limits.Find(new(organization, "acme"), Cancel)) is { } limit ? (limit.Limit.Max, limit.Limit.Held) : default);
        Assert.Single(await stores.Reader.ReceiptEntries(stopped.Id, Cancel));

        await driver.Append(Driver.Items(running, 2, "2"));
        Assert.Equal((RunState.Succeeded, 2L), await driver.End(await driver.Load(running.Id, Slice.Of("work"))) is { } over ? (over.State, over.Items) : default);
        Assert.Equal(RunState.Stopped, (await driver.Stop(waiting.Id)).State);
        Assert.Equal(1, (await stores.Retention.Prune(new(organization, TimeSpan.FromMicroseconds(1), null, 100), Guid.Empty, Cancel)).Pruned);
        await driver.End(await driver.StartAndClaim());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await origin.DisposeAsync();
        await old.DisposeAsync();
    }
}
