using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>A database with something in every table, for all who take it over into an older one.</summary>
public sealed class Past<TDatabase> : IAsyncLifetime
    where TDatabase : ITestDatabase, IOldDatabase<TDatabase>, new()
{
    public TDatabase Database { get; } = new();
    public Guid Organization { get; } = Driver.NewId();

    public Run Ended { get; private set; } = null!;
    public Run Stopped { get; private set; } = null!;
    public Run Running { get; private set; } = null!;
    public Run Stoppable { get; private set; } = null!;
    public Run Waiting { get; private set; } = null!;
    public Run Loop { get; private set; } = null!;
    public Run Blocked { get; private set; } = null!;

    internal Notary Notary { get; } = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using (var stores = await Database.Open())
        {
            var driver = new Driver(stores, Organization);
            await Found(stores, driver);
            await Run(stores, driver);
            await Leave(stores, driver);
        }
        // A table without a row is one whose upgrade nobody tries.
        foreach (var (table, columns) in await Database.Columns())
            Assert.True((await Database.Rows(table, columns.Take(1))).Count > 0, $"nothing is in {table}");
    }

    async Task Found(IStores stores, Driver driver)
    {
        await stores.Keys.CreateOrganization("acme", Cancel);
        var key = new ApiKey(Driver.NewId(), Organization, "ops", "abc", new byte[] { 1 }, Scopes.Start, DateTimeOffset.UnixEpoch);
        await stores.Keys.Create(key, new(Organization, "key:admin", AuditAction.KeyCreated, "key:ops", Driver.NewId()), Cancel);
        await stores.Secrets.Put(new(Organization, "token", "key", new byte[] { 2 }, DateTimeOffset.UnixEpoch), null, Cancel);
        await stores.Sessions.Open(new(driver.Session, null, "worker", null, ["hold"], 10, TimeProvider.System.GetUtcNow()), TimeSpan.FromHours(1), Cancel);
        await stores.Workflows.Save(Organization, "flow", Graphs.Diamond, null, Cancel);
        await stores.Extras.ExchangeBesideWorkflow(Organization, "flow", default, Driver.Utf8("{}"), Cancel);
        await stores.Limits.Put(new(Organization, "acme"), 1, Cancel);
        await stores.Pools.Drain(new(Organization, "gpu"), new("key:ops", null), null, Cancel);
    }

    async Task Run(IStores stores, Driver driver)
    {
        var order = driver.Order() with { Input = Driver.Utf8("{\"a\":1}"), Labels = driver.Order().Labels.Add("of", "test"), LimitKeys = ["acme"], Extras = new("mine", Driver.Utf8("{}")) };
        await Start(stores, order);
        var claimed = await driver.Claim(order.Run);
        await driver.Append(Driver.Items(claimed, 1, "1", "2"));
        await driver.Append(Driver.Logs(claimed, 1, "said"));
        Ended = await driver.End(claimed, result: "{\"done\":true}");
        var duty = Assert.Single(await stores.Duties.Take(1, TimeSpan.Zero, Cancel));
        await stores.Exports.Keep(duty.Id, Ended.Id, new(2, 2, 4, new string('a', 64)), Cancel);

        var first = await driver.StartAndClaim(Graphs.Retrying);
        await driver.Append(new(AppendKind.Checkpoint, first.Id, "work", Driver.Fence(first), 1, [Driver.Utf8("7")]));
        await driver.Do(new LoseAttempt(first.Id, "work", Driver.Fence(first)));
        await driver.Do(new ProveAttempt(first.Id, "work", Driver.Fence(first), new(Rung.Killed, null, null, [new("process", "7", "it does not end")])));
        Running = await driver.Claim(first.Id);
        await driver.Append(Driver.Items(Running, 1, "1"));
        Stoppable = await driver.Claim((await driver.Start(driver.Order() with { LimitKeys = ["acme"] })).Id);
        Blocked = await driver.Start(driver.Order() with { LimitKeys = ["acme"] });
        Waiting = await driver.Start(Graphs.Delayed(3600));
        Loop = await driver.Start(driver.Order(Graphs.Each) with { Input = Driver.Utf8($$"""{"list":[{{string.Join(',', Enumerable.Range(0, 300))}}]}""") });
    }

    /// <summary>As a start by a client that says its key.</summary>
    async Task Start(IStores stores, StartRun order)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        await unit.Commit(new([await Driver.Decide(unit, order)]) { StartKeys = [(new(Organization, "key"), new([1], order.Run))] }, Cancel);
    }

    async Task Leave(IStores stores, Driver driver)
    {
        var old = await driver.Start(driver.Order() with { Labels = driver.Order().Labels.Add("kept", "no") });
        await driver.Stop(old.Id);
        var rule = new PruneRule(Organization, TimeSpan.FromMicroseconds(1), null, 10) { Label = ("kept", "no") };
        Assert.Equal(1, (await stores.Retention.Prune(rule, Guid.Empty, Cancel)).Pruned);
        await stores.StopLinks.Create(
            new(Driver.NewId(), Organization, Stoppable.Id, "def", new byte[] { 3 }, "link", "key:ops", DateTimeOffset.UnixEpoch, null), null, Cancel);
        var stopped = await driver.StartAndClaim();
        await driver.Append(Driver.Items(stopped, 1, "1"));
        Stopped = await driver.Stop(stopped.Id, force: true);
        await Notary.Seal(stores, Organization);
    }

    public async ValueTask DisposeAsync()
    {
        Notary.Dispose();
        await Database.DisposeAsync();
    }
}
