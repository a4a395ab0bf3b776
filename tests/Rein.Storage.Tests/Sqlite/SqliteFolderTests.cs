using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite;

namespace Rein.Storage.Tests.Sqlite;

/// <summary>What only the embedded database has: a folder of its own, a file, and a log beside it.</summary>
public sealed class SqliteFolderTests : IAsyncLifetime
{
    readonly SqliteDatabase database = new();
    IStores stores = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => stores = await database.Open();

    [Fact]
    public void A_second_opener_is_refused_and_told_what_to_do()
    {
        var refused = Assert.Throws<StoreException>(() => SqliteStores.Open(database.Folder, TimeProvider.System, Rules.Default));
        Assert.Contains(database.Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_free_again_when_its_store_is_closed()
    {
        await stores.DisposeAsync();
        stores = await database.Open();
        Assert.NotEqual(Guid.Empty, await stores.Keys.CreateOrganization("acme", Cancel));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        Assert.Null(await database.Try("PRAGMA user_version = 1000"));
        var refused = await Assert.ThrowsAsync<StoreException>(() => stores.Migrate(Cancel));
        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migrated_database_is_left_as_it_is()
    {
        var id = await stores.Keys.CreateOrganization("acme", Cancel);
        await stores.Migrate(Cancel);
        Assert.Equal(id, await stores.Keys.FindOrganization("acme", Cancel));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await stores.DisposeAsync();
        var other = Directory.CreateTempSubdirectory("rein-storage-").FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "rein.db"), new string('x', 10_000), Cancel);
        var refused = Assert.Throws<StoreException>(() => SqliteStores.Open(other, TimeProvider.System, Rules.Default));
        Assert.Contains(other, refused.Message, StringComparison.Ordinal);
        Directory.Delete(other, recursive: true);
        stores = await database.Open();
    }

    [Fact]
    public async Task The_log_is_begun_anew_while_writes_go_on()
    {
        var driver = new Driver(stores, Driver.NewId());
        for (var i = 0; i < 2_000; i++)
            await driver.Start();
        // Never copied, it would have ten pages or more of each commit.
        Assert.InRange(new FileInfo(Path.Combine(database.Folder, "rein.db-wal")).Length, 1, 2_000 * 4096 * 5);
    }

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        await database.DisposeAsync();
    }
}
