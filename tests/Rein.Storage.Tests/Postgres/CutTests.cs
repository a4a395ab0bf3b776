using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Postgres.Runs;

namespace Rein.Storage.Tests.Postgres;

/// <summary>Connections that are lost in the wrong moment.</summary>
public sealed class CutTests : IAsyncLifetime
{
    readonly PostgresDatabase database = new();
    IStores stores = null!;
    Driver driver = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stores = await database.Open();
        driver = new(stores, Driver.NewId());
    }

    [Fact]
    public async Task A_unit_whose_connection_is_lost_fails_as_transient_and_nothing_happened()
    {
        var start = driver.Order();
        await using (var unit = await stores.Runs.Begin(Cancel))
        {
            var change = await Driver.Decide(unit, start);
            await database.CutConnections();
            var lost = await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([change]), Cancel));
            Assert.True(lost.IsTransient);
        }
        Assert.Null(await stores.Reader.Find(driver.Organization, start.Run, Cancel));
        Assert.Equal(RunState.Queued, (await driver.Start(start)).State);
    }

    /// <summary>The cut falls before, into or after the commit, as it happens. What is said of it is true each time.</summary>
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_out_and_never_reported_wrong()
    {
        var wrong = new List<string>();
        for (var round = 0; round < 30; round++)
        {
            var start = driver.Order();
            var cut = Task.CompletedTask;
            var isReported = true;
            try
            {
                await using var unit = await stores.Runs.Begin(Cancel);
                var change = await Driver.Decide(unit, start);
                cut = Task.Run(database.CutConnections, Cancel);
                await unit.Commit(new([change]), Cancel);
            }
            catch (StoreException lost)
            {
                Assert.True(lost.IsTransient, lost.Message);
                isReported = false;
            }
            await cut;
            var isThere = await stores.Reader.Find(driver.Organization, start.Run, Cancel) is not null;
            if (isThere != isReported)
                wrong.Add($"round {round}: reported {isReported}, there {isThere}");
        }
        Assert.Empty(wrong);
    }

    /// <summary>A server that has crashed may give out a number again that it had given to a transaction which nothing is left of.</summary>
    [Fact]
    public async Task That_the_number_of_a_lost_commit_has_been_committed_says_nothing_of_its_rows()
    {
        await using var own = new Database(database.Connection, Rules.Default, database.Schema, 1, new());
        await using var unit = await stores.Runs.Begin(Cancel);
        var lost = await Driver.Decide(unit, driver.Order());
        var number = new TransactionId(await database.Number("SELECT pg_current_xact_id()::text::bigint"), Backend: 0);

        Assert.False(await number.HasCommitted(own, [lost]));

        await unit.Commit(new([lost]), Cancel);
        Assert.True(await number.HasCommitted(own, [lost]));
    }

    [Fact]
    public async Task After_a_cut_the_first_read_and_the_first_stop_succeed()
    {
        var run = await driver.Start();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stores.Reader.Find(driver.Organization, run.Id, Cancel)));
        await database.CutConnections();
        Assert.Equal(run.Id, (await stores.Reader.Find(driver.Organization, run.Id, Cancel))!.Run.Id);
        Assert.Single(await stores.Reader.Events(run.Id, 0, 10, Cancel));
        Assert.Equal(RunState.Stopped, (await driver.Stop(run.Id)).State);
    }

    [Fact]
    public async Task A_frozen_unit_loses_its_locks_and_says_so()
    {
        var run = await driver.Start();
        await using var impatient = await database.Open(1, new() { UnitSilence = TimeSpan.FromSeconds(1) });
        await using var frozen = await impatient.Runs.Begin(Cancel);
        var head = (await frozen.LockRuns([run.Id], wait: true, Cancel)).Runs[run.Id];
        await using var patient = await stores.Runs.Begin(Cancel);
        Assert.Equal([run.Id], (await patient.LockRuns([run.Id], wait: true, Cancel)).Runs.Keys);
        var late = await Assert.ThrowsAsync<StoreException>(() => frozen.LoadSlices([(head, Core.Runs.Lifecycle.Slice.OpenSteps)], Cancel));
        Assert.True(late.IsTransient);
    }

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        await database.DisposeAsync();
    }
}
