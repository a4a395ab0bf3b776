using System.Collections.Immutable;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Engine;

/// <summary>Two pools over one database, so that readers never take the connection that a stop needs; and what all connections share.</summary>
sealed class Database : IAsyncDisposable
{
    /// <summary>
    /// Units touch rows by their keys and nothing else, so nothing else is left to the planner: a plan that was made while a table was
    /// empty would otherwise go through all of it when it is full. Bitmap scans alone always need a key. (A condition of a partial index
    /// counts as one, so a unit's statement must not contain it.) Queues are read in their order, by <see cref="InOrder"/>.
    /// </summary>
    public const string UnitSettings =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_indexscan=off"
        + " -c enable_indexonlyscan=off -c jit=off -c lock_timeout=15s";

    /// <summary>For the statements that read the first rows of a long queue: the two settings they need, and back again, in one round trip.</summary>
    public static ImmutableArray<string> InOrder { get; } = ["SET LOCAL enable_indexscan = on", "SET LOCAL enable_indexonlyscan = on"];

    public static ImmutableArray<string> ByKey { get; } = ["SET LOCAL enable_indexscan = off", "SET LOCAL enable_indexonlyscan = off"];

    const string ReaderSettings = "-c jit=off -c idle_in_transaction_session_timeout=60s";

    readonly NpgsqlDataSource units;
    readonly NpgsqlDataSource others;

    public Database(string connection, Rules rules, string schema, int lanes, PostgresOptions options)
    {
        ListenerConnection = new NpgsqlConnectionStringBuilder(connection) { Pooling = false, KeepAlive = 15 }.ConnectionString;
        Rules = rules;
        Schema = schema;
        Lanes = lanes;
        LogCap = options.LogCap;
        units = Source(
            connection, schema, $"{UnitSettings} -c idle_in_transaction_session_timeout={(int)options.UnitSilence.TotalMilliseconds}ms", lanes + 6);
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

    public SettledJson Settled { get; } = new();

    public Task<NpgsqlConnection> OpenUnit(CancellationToken cancel) => Open(units, cancel);

    /// <summary>After one idle connection turned out to be lost: the others are as old, and are not tried one by one.</summary>
    public void ForgetIdleUnits() => units.Clear();

    public void ForgetIdleReaders() => others.Clear();

    public Task<NpgsqlConnection> OpenReader(CancellationToken cancel) => Open(others, cancel);

    /// <summary>A statement that only reads, once more where its connection turns out to be lost: after the server was away nobody has to see that.</summary>
    public async Task<List<T>> Read<T>(string sql, Func<Cells, T> read, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        try
        {
            return await Query(sql, read, cancel, args).ConfigureAwait(false);
        }
        catch (StoreException lost) when (lost.IsTransient)
        {
            ForgetIdleReaders();
            return await Query(sql, read, cancel, [.. args.Select(arg => arg.Clone())]).ConfigureAwait(false);
        }
    }

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

    /// <summary>Several statements that happen together, or not at all.</summary>
    public async Task<T> Transact<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancel)
    {
        var connection = await OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            try
            {
                var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var result = await work(connection).ConfigureAwait(false);
                    await transaction.CommitAsync(cancel).ConfigureAwait(false);
                    return result;
                }
            }
            catch (Exception exception) when (Faults.Of(exception) is { } fault)
            {
                throw fault;
            }
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
