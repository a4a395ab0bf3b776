using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>What every store must keep, whatever its dialect. Each test has a database of its own.</summary>
public abstract class StoreContract<TDatabase> : IAsyncLifetime
    where TDatabase : ITestDatabase, new()
{
    protected TDatabase Database { get; } = new();
    protected IStores Stores { get; private set; } = null!;
    protected Driver Driver { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Stores = await Database.Open();
        Driver = new(Stores, Driver.NewId());
    }

    protected async Task Restart()
    {
        await Stores.DisposeAsync();
        await Reopen();
    }

    /// <summary>By a store that remembers nothing, from its opening on.</summary>
    protected async Task<long> ReadsOf(Func<Task> work)
    {
        var before = await Database.CloseAndCountReads(Stores);
        await Reopen();
        await work();
        var after = await Database.CloseAndCountReads(Stores);
        await Reopen();
        return after - before;
    }

    async Task Reopen()
    {
        Stores = await Database.Open();
        Driver = new(Stores, Driver.Organization);
    }

    protected async Task<IUnit> Begin() => await Stores.Runs.Begin(Cancel);

    protected async Task<RunView> View(Guid run) => Assert.IsType<RunView>(await Stores.Reader.Find(Driver.Organization, run, Cancel));

    /// <summary>Heads alone, without what two loads of the same row do not share.</summary>
    protected static void AssertSameHead(Run expected, Run actual)
    {
        Assert.Equal(expected.Definition.Hash, actual.Definition.Hash);
        Assert.Equal(expected.LimitKeys.AsEnumerable(), actual.LimitKeys.AsEnumerable());
        Assert.Equal(Bare(expected), Bare(actual));

        Run Bare(Run run) => run with { Definition = expected.Definition, LimitKeys = [], Steps = expected.Steps.Clear(), Input = default, Loaded = null };
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Stores.DisposeAsync();
        await Database.DisposeAsync();
    }
}
