using Rein.Core.Stores;
using Rein.Storage.Postgres;

namespace Rein.Storage.Tests.Postgres;

/// <summary>Two nodes that prune one database at once: nothing is pruned, or counted, twice, and neither waits for the other for ever.</summary>
public sealed class PruningRaceTests : IAsyncLifetime
{
    const int Many = 300;

    readonly PostgresDatabase database = new();
    PostgresStores one = null!;
    PostgresStores another = null!;
    Driver driver = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (one, another) = (await database.Open(lanes: 1), await database.Open(lanes: 1));
        driver = new(one, Driver.NewId());
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_nodes_that_prune_at_once_prune_everything_once()
    {
        for (var i = 0; i < Many; i++)
            await driver.End(await driver.StartAndClaim());
        var live = await driver.StartAndClaim();
        var events = await database.Number($"SELECT count(*) FROM events WHERE run <> {database.Literal(live.Id)}");

        using var start = new Barrier(2);
        var pruned = await Task.WhenAll(Task.Run(() => Prune(one, start)), Task.Run(() => Prune(another, start)));
        var left = await database.Number("SELECT count(*) FROM pruned");
        Assert.Equal((Many, Many), (pruned.Sum(), left));

        var rows = await RowsToSweep(live.Id);
        var swept = await Task.WhenAll(Task.Run(() => Sweep(one, start)), Task.Run(() => Sweep(another, start)));
        Assert.True(events > 0 && rows >= events);
        // Each pass also counts the runs of which it has left nothing.
        Assert.Equal(rows + Many, swept.Sum());
        Assert.Equal(0, await RowsToSweep(live.Id));
        Assert.NotNull(await one.Reader.Find(driver.Organization, live.Id, Cancel));
    }

    /// <summary>Goes round until nothing is left: whoever finds the other at it comes back.</summary>
    async Task<int> Prune(PostgresStores node, Barrier start)
    {
        start.SignalAndWait(Cancel);
        var rule = new PruneRule(driver.Organization, TimeSpan.FromMicroseconds(1), null, 10);
        var pruned = 0;
        while (await database.Number("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL") > 0)
            for (Guid? after = Guid.Empty; after is { } from;)
            {
                var step = await node.Retention.Prune(rule, from, Cancel);
                pruned += step.Pruned;
                after = step.Last;
            }
        return pruned;
    }

    async Task<int> Sweep(PostgresStores node, Barrier start)
    {
        start.SignalAndWait(Cancel);
        var swept = 0;
        while (await database.Number("SELECT count(*) FROM pruned WHERE NOT is_swept") > 0)
            swept += await node.Retention.Sweep(7, Cancel);
        return swept;
    }

    Task<long> RowsToSweep(Guid live) => database.Number(string.Join(
        " + ", new[] { "inputs", "labels", "steps", "attempts", "events", "items", "logs", "exports" }
            .Select(table => $"(SELECT count(*) FROM {table} WHERE run <> {database.Literal(live)})").Prepend("SELECT 0")));

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await another.DisposeAsync();
        await database.DisposeAsync();
    }
}
