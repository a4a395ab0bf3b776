using Rein.Cli.Up;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Storage.Sqlite;

namespace Rein.System.Tests.Cli;

public sealed class FirstKeyTests : IAsyncLifetime
{
    readonly string data = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly DataFolder folder;
    SqliteStores stores = null!;

    public FirstKeyTests() => folder = new(data);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stores = SqliteStores.Open(data, TimeProvider.System, Rules.Default);
        await stores.Migrate(Cancel);
    }

    [Fact]
    public async Task A_new_installation_has_a_key_that_opens_and_keeps_it()
    {
        Assert.Null(await Ensure());
        var key = folder.Key();
        Assert.True(await KeyRing.Knows(stores.Keys, key!, Cancel));
        Assert.Null(await Ensure());
        Assert.Equal(key, folder.Key());
    }

    [Fact]
    public async Task A_crash_before_the_database_knew_the_key_leaves_the_one_that_will_be_known()
    {
        var left = KeyRing.Draw();
        folder.WriteKey(left);
        Assert.Null(await Ensure());
        Assert.Equal(left, folder.Key());
        Assert.True(await KeyRing.Knows(stores.Keys, left, Cancel));
    }

    [Fact]
    public async Task No_key_is_known_to_the_database_before_it_lies_in_its_file()
    {
        var keys = new Watched(stores.Keys, () => folder.Key());

        Assert.Null(await FirstKey.Ensure(keys, folder, TimeProvider.System, Cancel));

        Assert.NotNull(keys.AtFounding);
        Assert.Equal(folder.Key(), keys.AtFounding);
    }

    [Fact]
    public async Task What_is_no_key_is_replaced_by_the_first_one()
    {
        folder.WriteKey("rein_half");
        Assert.Null(await Ensure());
        Assert.True(await KeyRing.Knows(stores.Keys, folder.Key()!, Cancel));
    }

    [Fact]
    public async Task A_key_that_was_taken_away_is_not_made_anew()
    {
        await Ensure();
        folder.ForgetKey();
        Assert.Contains("There is no", await Ensure());
        Assert.Null(folder.Key());
        Assert.Single(await stores.Keys.List((await stores.Keys.FindOrganization(KeyRing.DefaultOrganization, Cancel))!.Value, Cancel));
    }

    [Fact]
    public async Task A_key_of_another_installation_is_said_to_open_nothing_and_is_left_alone()
    {
        await Ensure();
        var stranger = KeyRing.Draw();
        folder.WriteKey(stranger);
        Assert.Contains("opens nothing here", await Ensure());
        Assert.Equal(stranger, folder.Key());
        Assert.False(await KeyRing.Knows(stores.Keys, stranger, Cancel));
    }

    Task<string?> Ensure() => FirstKey.Ensure(stores.Keys, folder, TimeProvider.System, Cancel);

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>The real ones; and what lies in the file at the moment at which the first becomes known.</summary>
    sealed class Watched(IKeyStore inner, Func<string?> file) : IKeyStore
    {
        public string? AtFounding { get; private set; }

        public Task<bool> Found(string name, ApiKey first, AuditEntry? audit, CancellationToken cancel)
        {
            AtFounding = file();
            return inner.Found(name, first, audit, cancel);
        }

        public Task<Guid> CreateOrganization(string name, CancellationToken cancel) => inner.CreateOrganization(name, cancel);
        public Task<Guid?> FindOrganization(string name, CancellationToken cancel) => inner.FindOrganization(name, cancel);
        public Task<IReadOnlyList<Organization>> ListOrganizations(string? after, int count, CancellationToken cancel) => inner.ListOrganizations(after, count, cancel);
        public Task Create(ApiKey key, AuditEntry? audit, CancellationToken cancel) => inner.Create(key, audit, cancel);
        public Task<ApiKey?> Find(string prefix, CancellationToken cancel) => inner.Find(prefix, cancel);
        public Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) => inner.List(organization, cancel);
        public Task<KeyRevocation> Revoke(Guid organization, Guid id, AuditEntry? audit, CancellationToken cancel) => inner.Revoke(organization, id, audit, cancel);

        public Task<ApiKey?> Rotate(Guid organization, Guid id, ReadOnlyMemory<byte> hash, TimeSpan overlap, AuditEntry? audit, CancellationToken cancel) =>
            inner.Rotate(organization, id, hash, overlap, audit, cancel);

        public Task Used(IReadOnlyCollection<KeyUse> uses, CancellationToken cancel) => inner.Used(uses, cancel);
    }
}
