using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Sqlite;

/// <summary>Where a refused write rolls everything back, what follows must not be committed by itself.</summary>
public sealed class SqliteUnitTests : IAsyncLifetime
{
    readonly SqliteDatabase database = new();
    IStores stores = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => stores = await database.Open();

    [Fact]
    public async Task A_unit_that_was_refused_a_write_takes_no_other()
    {
        var driver = new Driver(stores, Driver.NewId());
        var run = await driver.StartAndClaim();
        Assert.Null(await database.Try("CREATE TRIGGER refuse BEFORE UPDATE OF state ON runs BEGIN SELECT RAISE(ROLLBACK, 'refused'); END"));
        await using (var unit = await stores.Runs.Begin(Cancel))
        {
            var head = (await unit.LockRuns([run.Id], wait: true, Cancel)).Runs[run.Id];
            var (before, decision) = await Driver.Decide(unit, head, _ => new PauseRun(run.Id, "key:ops", ""));
            var change = new RunChange(before, decision.Change!);
            await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([change]), Cancel));
            await Assert.ThrowsAsync<StoreException>(() => unit.Append([Driver.Items(run, 1, "1")], Cancel));
            await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([]), Cancel));
        }
        Assert.Empty(await stores.Reader.Items(run.Id, ItemPosition.Start, 10, Cancel));
        Assert.Equal(new(1, false), await driver.Append(Driver.Items(run, 1, "1")));
    }

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        await database.DisposeAsync();
    }
}
