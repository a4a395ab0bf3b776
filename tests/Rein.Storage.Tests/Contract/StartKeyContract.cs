using System.Collections.Immutable;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class StartKeyContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly ImmutableArray<byte> Digest = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];

    [Fact]
    public async Task A_key_is_found_with_the_digest_and_the_run_of_its_first_use()
    {
        var start = await Start("key");
        await Restart();
        var found = await Find("key", "unused");
        var (key, before) = Assert.Single(found);
        Assert.Equal((new StartKey(Driver.Organization, "key"), start.Run), (key, before.Run));
        Assert.Equal(Digest.AsEnumerable(), before.Digest.AsEnumerable());
    }

    [Fact]
    public async Task A_key_of_another_organization_is_another_key()
    {
        await Start("key");
        var stranger = new StartKey(Driver.NewId(), "key");
        await using var unit = await Begin();
        Assert.Empty(await unit.FindStarts([stranger], Cancel));
    }

    [Fact]
    public async Task A_key_that_was_used_meanwhile_fails_the_unit()
    {
        await Start("key");
        var second = Driver.Order();
        await Assert.ThrowsAsync<StoreException>(() => Start("key", second));
        Assert.Null(await Stores.Reader.Find(Driver.Organization, second.Run, Cancel));
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day()
    {
        await Start("key");
        Assert.Null(await Database.Try($"UPDATE start_keys SET at = at - {24L * 3600 * 1_000_000 + 1}"));
        Assert.Empty(await Find("key"));
        var again = await Start("key");
        Assert.Equal(again.Run, (await Find("key")).Values.Single().Run);
    }

    async Task<StartRun> Start(string key, StartRun? order = null)
    {
        var start = order ?? Driver.Order();
        await using var unit = await Begin();
        var change = await Driver.Decide(unit, start);
        await unit.Commit(new([change]) { StartKeys = [(new(Driver.Organization, key), new(Digest, start.Run))] }, Cancel);
        return start;
    }

    async Task<IReadOnlyDictionary<StartKey, StartedBefore>> Find(params string[] keys)
    {
        await using var unit = await Begin();
        return await unit.FindStarts([.. keys.Select(key => new StartKey(Driver.Organization, key))], Cancel);
    }
}
