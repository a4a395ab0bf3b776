using Rein.Core.Stores;

namespace Rein.Storage.Tests.Postgres;

public sealed class MigrationTests : IAsyncLifetime
{
    readonly PostgresDatabase database = new();

    [Fact]
    public async Task Nodes_that_start_at_once_make_the_schema_once()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => database.Open(lanes: 1))));
        Assert.Equal(0, await database.Number("SELECT count(*) - max(version) FROM schema_versions"));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_alone()
    {
        await (await database.Open()).DisposeAsync();
        Assert.Null(await database.Try("INSERT INTO schema_versions VALUES (99, now())"));
        var refused = await Assert.ThrowsAsync<StoreException>(() => database.Open());
        Assert.False(refused.IsTransient);
        Assert.Contains("newer version of Rein (schema 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_transient_fault()
    {
        await using var stores = Rein.Storage.Postgres.PostgresStores.Open("Host=127.0.0.1;Port=1;Username=nobody", Core.Runs.Rules.Default);
        var refused = await Assert.ThrowsAsync<StoreException>(() => stores.Migrate(TestContext.Current.CancellationToken));
        Assert.True(refused.IsTransient);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
