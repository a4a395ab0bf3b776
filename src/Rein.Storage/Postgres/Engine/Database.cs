using Npgsql;
using Rein.Core.Runs;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Engine;

/// <summary>Two pools over one database, so that readers never take the connection that a stop needs; and what all connections share.</summary>
sealed class Database : IAsyncDisposable
{
    /// <summary>
    /// Units touch rows by their keys and nothing else, so their plans are fixed from the first moment: a table that was empty when it
    /// was planned is not scanned for the minute until its statistics come. A node that is frozen in the middle of a unit
    /// loses its locks soon, and whoever waits for them is told to try again.
    /// </summary>
    const string UnitSettings =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off"
        + " -c idle_in_transaction_session_timeout=10s -c lock_timeout=15s";

    const string ReaderSettings = "-c jit=off -c idle_in_transaction_session_timeout=60s";

    readonly NpgsqlDataSource units;
    readonly NpgsqlDataSource others;

    public Database(string connection, Rules rules, string schema, int lanes, long logCap)
    {
        ListenerConnection = new NpgsqlConnectionStringBuilder(connection) { Pooling = false, KeepAlive = 15 }.ConnectionString;
        Rules = rules;
        Schema = schema;
        Lanes = lanes;
        LogCap = logCap;
        units = Source(connection, schema, UnitSettings, lanes + 6);
        others = Source(connection, schema, ReaderSettings, 16);
    }

    /// <summary>For the connection that waits for signals: it belongs to no pool, and finds out by itself that it is cut off.</summary>
    public string ListenerConnection { get; }
    public Rules Rules { get; }
    public string Schema { get; }
    public int Lanes { get; }

    /// <summary>Bytes of log kept per attempt.</summary>
    public long LogCap { get; }

    public DefinitionCache Definitions { get; } = new();

    public Task<NpgsqlConnection> OpenUnit(CancellationToken cancel) => Open(units, cancel);

    public Task<NpgsqlConnection> OpenReader(CancellationToken cancel) => Open(others, cancel);

    /// <summary>One statement in a transaction of its own.</summary>
    public async Task<List<T>> Query<T>(string sql, Func<Cells, T> read, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        var connection = await OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await connection.Query(sql, read, cancel, args).ConfigureAwait(false);
    }

    public async Task<int> Execute(string sql, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        var connection = await OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await connection.Execute(sql, cancel, args).ConfigureAwait(false);
    }

    /// <summary>The store's clock.</summary>
    public async Task<DateTimeOffset> Now(CancellationToken cancel) =>
        (await Query("Engine/now", cells => cells.Time(), cancel).ConfigureAwait(false))[0];

    public async ValueTask DisposeAsync()
    {
        await units.DisposeAsync().ConfigureAwait(false);
        await others.DisposeAsync().ConfigureAwait(false);
    }

    static async Task<NpgsqlConnection> Open(NpgsqlDataSource source, CancellationToken cancel)
    {
        try
        {
            return await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
    }

    static NpgsqlDataSource Source(string connection, string schema, string settings, int size) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
        {
            SearchPath = schema,
            Options = settings,
            MaxPoolSize = size,
            Timeout = 30,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true, // nothing here changes a session's settings
            IncludeErrorDetail = true,
            TcpKeepAlive = true,
        });
}
