using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres;

namespace Rein.System.Tests.Nodes;

/// <summary>Nodes on one PostgreSQL, in a schema of their own. Each has a worker of its own.</summary>
sealed class TestCluster : IAsyncDisposable
{
    readonly string server;
    readonly string schema = $"test_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
    readonly List<TestNode> nodes = [];

    TestCluster()
    {
        server = Environment.GetEnvironmentVariable("REIN_TEST_POSTGRES") ?? "";
        Assert.True(server.Length > 0, "run ./test.sh, or set REIN_TEST_POSTGRES");
    }

    public IReadOnlyList<TestNode> Nodes => nodes;

    /// <param name="isPushCut">No node hears of another's commits: every signal between them is lost.</param>
    public static async Task<TestCluster> Start(int count, NodeSetup setup, bool isPushCut = false)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < count; i++)
            cluster.nodes.Add(await TestNode.Start(setup with
            {
                Worker = $"worker-{i}",
                Stores = () => isPushCut ? new WithoutSignals(cluster.Open(setup)) : cluster.Open(setup),
            }));
        return cluster;
    }

    /// <summary>The store as one more node would have it.</summary>
    public PostgresStores Open(NodeSetup setup) => PostgresStores.Open(server, setup.Options.Rules, schema);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        await using var besides = NpgsqlDataSource.Create(server);
        using var drop = besides.CreateCommand($"DROP SCHEMA IF EXISTS {schema} CASCADE");
        await drop.ExecuteNonQueryAsync();
    }

    /// <summary>A store whose nodes cannot hear each other.</summary>
    sealed class WithoutSignals(IStores inner) : IStores
    {
        public IRunStore Runs => inner.Runs;
        public IRunReader Reader => inner.Reader;
        public IProgressStore Progress => inner.Progress;
        public ITimerStore Timers => inner.Timers;
        public IWorkflowStore Workflows => inner.Workflows;
        public ISessionStore Sessions => inner.Sessions;
        public IPoolStore Pools => inner.Pools;
        public IDutyStore Duties => inner.Duties;
        public IExportStore Exports => inner.Exports;
        public ILimitStore Limits => inner.Limits;
        public IKeyStore Keys => inner.Keys;
        public ISealStore Seals => inner.Seals;
        public IStopLinkStore StopLinks => inner.StopLinks;
        public ISecretStore Secrets => inner.Secrets;
        public IAuditStore Audit => inner.Audit;
        public IRetentionStore Retention => inner.Retention;
        public IExtraStore Extras => inner.Extras;
        public IStoreSignals? Signals => null;
        public Task Migrate(CancellationToken cancel) => inner.Migrate(cancel);
        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
