using System.Text;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>The chains of receipts: one order, no gaps, nothing twice, nothing changed.</summary>
public abstract class SealContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task Entries_are_loose_until_they_have_their_place_and_are_then_read_in_its_order()
    {
        var (first, second) = (await Stopped(), await Stopped());
        Assert.Equal([Driver.Organization], await Stores.Seals.Owing(10, Cancel));
        var end = await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel);
        Assert.Null(end.Last);
        Assert.Equal([(first.Id, 1), (second.Id, 1)], end.Entries.Select(entry => (entry.Run, entry.Number)));

        Assert.True(await Append(end));
        Assert.Empty(await Stores.Seals.Owing(10, Cancel));
        var chain = await Stores.Seals.Chain(Driver.Organization, 0, 10, Cancel);
        Assert.Equal([(1, first.Id), (2, second.Id)], chain.Select(entry => (entry.Place, entry.Run)));
        Assert.Equal(end.Entries.Select(entry => entry.Hash.ToArray()), chain.Select(entry => entry.Hash.ToArray()));
        Assert.Equal(global::System.Security.Cryptography.SHA256.HashData(chain[0].Body.Span), chain[0].Hash.ToArray());
        Assert.Equal(2, Assert.Single(await Stores.Reader.ReceiptEntries(second.Id, Cancel)).Place);
    }

    [Fact]
    public async Task A_chain_goes_on_from_its_last_seal()
    {
        await Stopped();
        await Append(await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel));
        var next = await Stopped();
        var end = await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel);
        Assert.Equal((1, 1), (end.Last!.Number, end.Last.Place));
        Assert.Equal(next.Id, Assert.Single(end.Entries).Run);
        Assert.True(await Append(end));

        var seals = await Stores.Seals.Seals(Driver.Organization, 0, 10, Cancel);
        Assert.Equal([(1, 1), (2, 2)], seals.Select(seal => (seal.Number, seal.Place)));
        Assert.Equal(2, Assert.Single(await Stores.Seals.Seals(Driver.Organization, 1, 10, Cancel)).Number);
        Assert.Equal(next.Id, Assert.Single(await Stores.Seals.Chain(Driver.Organization, 1, 10, Cancel)).Run);
    }

    [Fact]
    public async Task Of_two_who_seal_the_same_entries_the_slower_one_changes_nothing()
    {
        await Stopped();
        var end = await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel);
        Assert.True(await Append(end, key: "faster"));
        Assert.False(await Append(end, key: "slower"));
        Assert.Equal("faster", Assert.Single(await Stores.Seals.Seals(Driver.Organization, 0, 10, Cancel)).Key);
    }

    [Fact]
    public async Task An_entry_that_has_its_place_is_given_no_other()
    {
        await Stopped();
        var end = await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel);
        await Append(end);
        var last = (await Stores.Seals.Seals(Driver.Organization, 0, 1, Cancel))[0];
        await Assert.ThrowsAsync<StoreException>(() => Append(end with { Last = last }));
        Assert.Single(await Stores.Seals.Seals(Driver.Organization, 0, 10, Cancel));
        Assert.NotNull(await Database.Try("UPDATE receipt_entries SET place = 7"));
        Assert.NotNull(await Database.Try("UPDATE receipt_entries SET n = 7"));
        Assert.NotNull(await Database.Try("UPDATE seals SET place = 7"));
    }

    [Fact]
    public async Task Every_organization_has_a_chain_of_its_own()
    {
        await Stopped();
        var other = new Driver(Stores, Driver.NewId());
        await other.Stop((await other.StartAndClaim()).Id, force: true);
        Assert.Equal(2, (await Stores.Seals.Owing(10, Cancel)).Count);
        await Append(await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel));
        Assert.Equal([other.Organization], await Stores.Seals.Owing(10, Cancel));
        Assert.Empty(await Stores.Seals.Chain(other.Organization, 0, 10, Cancel));
    }

    [Fact]
    public async Task A_proof_that_comes_late_is_an_entry_behind_the_one_it_completes()
    {
        var run = await Stopped();
        await Append(await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel));
        await Driver.Do(new ProveAttempt(run.Id, "work", Driver.Fence(run), Proof.Nothing));
        var end = await Stores.Seals.LooseEnd(Driver.Organization, 10, Cancel);
        Assert.Equal((run.Id, 2), (end.Entries.Single().Run, end.Entries.Single().Number));
    }

    [Fact]
    public async Task A_key_is_remembered_once_and_for_good()
    {
        var since = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Stores.Seals.Remember(new("one", new byte[] { 1, 2 }, since), Cancel);
        await Stores.Seals.Remember(new("one", new byte[] { 3 }, since.AddDays(1)), Cancel);
        await Stores.Seals.Remember(new("two", new byte[] { 4 }, since.AddDays(2)), Cancel);
        await Restart();
        var keys = await Stores.Seals.Keys(Cancel);
        Assert.Equal(["one", "two"], keys.Select(key => key.Id));
        Assert.Equal([1, 2], keys[0].PublicKey.ToArray());
        Assert.Equal(since, keys[0].Since);
    }

    async Task<Run> Stopped() => await Driver.Stop((await Driver.StartAndClaim()).Id, force: true);

    Task<bool> Append(LooseEnd end, string key = "key")
    {
        var place = end.Last?.Place ?? 0;
        var links = end.Entries.Select(entry => new ChainLink(entry.Run, entry.Number, ++place, Encoding.UTF8.GetBytes($"link {place}"))).ToList();
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return Stores.Seals.Append(Driver.Organization, links, new((end.Last?.Number ?? 0) + 1, place, links[^1].Link, at, key, new byte[] { 9 }), Cancel);
    }
}
