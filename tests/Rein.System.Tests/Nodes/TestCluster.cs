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

    /// <summary>Holds a run's row, as somebody else's transaction would.</summary>
    public async Task<HeldRow> Hold(Guid run)
    {
        var held = new HeldRow(server);
        await held.Take($"SELECT 1 FROM {schema}.runs WHERE id = $1 FOR UPDATE", run);
        return held;
    }

    /// <summary>In which columns of its tables a text stands, each as `table.column`: in texts as in bytes, within anything else.</summary>
    public async Task<IReadOnlyList<string>> ColumnsWith(string text)
    {
        await using var besides = NpgsqlDataSource.Create(server);
        var columns = new List<(string Name, string Search)>();
        using (var list = besides.CreateCommand("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = $1 ORDER BY 1, 2"))
        {
            list.Parameters.Add(new() { Value = schema });
            await using var rows = await list.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                columns.Add(($"{rows.GetString(0)}.{rows.GetString(1)}", Search(rows.GetString(0), rows.GetString(1), rows.GetString(2))));
        }
        var found = new List<string>();
        foreach (var (name, search) in columns)
        {
            using var look = besides.CreateCommand(search);
            look.Parameters.Add(new() { Value = text });
            if ((bool)(await look.ExecuteScalarAsync())!)
                found.Add(name);
        }
        return found;
    }

    string Search(string table, string column, string type) => type is "bytea"
        ? $"SELECT EXISTS (SELECT 1 FROM {schema}.{table} WHERE position(convert_to($1, 'UTF8') IN \"{column}\") > 0)"
        : $"SELECT EXISTS (SELECT 1 FROM {schema}.{table} WHERE strpos(\"{column}\"::text, $1) > 0)";

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
