using Rein.Core.Stores;
using Rein.Storage.Postgres;

namespace Rein.Storage.Tests.Postgres;

public sealed class SignalTests : IAsyncLifetime
{
    readonly PostgresDatabase database = new();
    PostgresStores one = null!;
    PostgresStores another = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        one = await database.Open(lanes: 1);
        another = await database.Open(lanes: 1);
    }

    [Fact]
    public async Task What_one_node_publishes_another_hears()
    {
        await using var heard = another.Signals!.Listen(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True((await Next(heard)).IsFresh);
        var runs = Enumerable.Range(0, 1000).Select(_ => Driver.NewId()).ToHashSet();
        var session = Driver.NewId();
        one.Signals!.Publish(new([.. runs], [null, "of my own"]) { Sessions = [session] });

        var (missing, pools) = (runs.Append(session).ToHashSet(), new HashSet<string?>());
        while (missing.Count > 0 || pools.Count < 2)
        {
            var signal = await Next(heard);
            missing.ExceptWith(signal.Runs);
            missing.ExceptWith(signal.Sessions);
            pools.UnionWith(signal.Pools);
        }
        Assert.Equal([null, "of my own"], pools.Order());
    }

    [Fact]
    public async Task A_node_does_not_hear_itself()
    {
        await using var heard = another.Signals!.Listen(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True((await Next(heard)).IsFresh);
        var (own, ofAnother) = (Driver.NewId(), Driver.NewId());
        another.Signals!.Publish(new([own], [null]));
        one.Signals!.Publish(new([ofAnother], []));
        var signal = await Next(heard);
        Assert.Equal([ofAnother], signal.Runs);
        Assert.Empty(signal.Pools);
    }

    [Fact]
    public async Task Who_listens_is_told_when_the_connection_was_lost_and_hears_again()
    {
        await using var heard = another.Signals!.Listen(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True((await Next(heard)).IsFresh);
        await database.CutConnections();
        Assert.True((await Next(heard)).IsFresh);
        var run = Driver.NewId();
        one.Signals!.Publish(new([run], []));
        Assert.Contains(run, (await Next(heard)).Runs);
    }

    [Fact]
    public async Task Publishing_to_a_server_that_is_not_there_neither_waits_nor_fails()
    {
        await using var stores = PostgresStores.Open("Host=127.0.0.1;Port=1;Username=nobody", Core.Runs.Rules.Default);
        for (var i = 0; i < 1000; i++)
            stores.Signals!.Publish(new([Driver.NewId()], []));
    }

    static async Task<StoreSignal> Next(IAsyncEnumerator<StoreSignal> heard) =>
        await heard.MoveNextAsync() ? heard.Current : throw new InvalidOperationException("Listening has ended.");

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await another.DisposeAsync();
        await database.DisposeAsync();
    }
}
