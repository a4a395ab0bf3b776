using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Duties;
using Rein.Storage.Sqlite.Engine;
using Rein.Storage.Sqlite.Exports;
using Rein.Storage.Sqlite.Extras;
using Rein.Storage.Sqlite.Keys;
using Rein.Storage.Sqlite.Limits;
using Rein.Storage.Sqlite.Pools;
using Rein.Storage.Sqlite.Reading;
using Rein.Storage.Sqlite.Retention;
using Rein.Storage.Sqlite.Runs;
using Rein.Storage.Sqlite.Seals;
using Rein.Storage.Sqlite.Secrets;
using Rein.Storage.Sqlite.Sessions;
using Rein.Storage.Sqlite.StopLinks;
using Rein.Storage.Sqlite.Timers;
using Rein.Storage.Sqlite.Workflows;

namespace Rein.Storage.Sqlite;

/// <summary>The embedded database: one file in a data folder that one process has to itself.</summary>
public sealed class SqliteStores : IStores
{
    readonly FolderLock folder;
    readonly string file;
    readonly Connection connection;
    readonly Writer writer;
    readonly Readers readers;
    readonly UnitParts parts;
    readonly Checkpointer checkpointer;
    readonly SteadyTime time;
    bool isClosed;

    SqliteStores(FolderLock folder, string file, TimeProvider time, Rules rules, SqliteOptions options)
    {
        this.folder = folder;
        this.file = file;
        this.time = time as SteadyTime ?? new(time);
        connection = Connection.OpenWriter(file);
        writer = new(connection, this.time);
        readers = new(file);
        var definitions = new DefinitionCache();
        var heads = new RunRow(definitions, rules);
        parts = new(connection, definitions, heads, options.LogCap);
        checkpointer = new(file, writer, options.CheckpointAt);
        Runs = new SqliteRunStore(writer, parts);
        Reader = new SqliteRunReader(readers, heads);
        Progress = new SqliteProgressStore(readers);
        Timers = new SqliteTimerStore(writer, readers);
        Workflows = new SqliteWorkflowStore(writer, readers, definitions, heads);
        Sessions = new SqliteSessionStore(writer, readers);
        Pools = new SqlitePoolStore(writer, readers);
        Duties = new SqliteDutyStore(writer);
        Exports = new SqliteExportStore(writer, readers);
        Limits = new SqliteLimitStore(writer, readers);
        Keys = new SqliteKeyStore(writer, readers);
        Seals = new SqliteSealStore(writer, readers);
        StopLinks = new SqliteStopLinkStore(writer, readers);
        Secrets = new SqliteSecretStore(writer, readers);
        Audit = new SqliteAuditStore(readers);
        Retention = new SqliteRetentionStore(writer, readers, definitions);
        Extras = new SqliteExtraStore(writer, readers);
    }

    public IRunStore Runs { get; }
    public IRunReader Reader { get; }
    public IProgressStore Progress { get; }
    public ITimerStore Timers { get; }
    public IWorkflowStore Workflows { get; }
    public ISessionStore Sessions { get; }
    public IPoolStore Pools { get; }
    public IDutyStore Duties { get; }
    public IExportStore Exports { get; }
    public ILimitStore Limits { get; }
    public IKeyStore Keys { get; }
    public ISealStore Seals { get; }
    public IStopLinkStore StopLinks { get; }
    public ISecretStore Secrets { get; }
    public IAuditStore Audit { get; }
    public IRetentionStore Retention { get; }
    public IExtraStore Extras { get; }
    public IStoreSignals? Signals => null;

    /// <summary>By units and whatever else writes; asked while nobody does.</summary>
    internal long StepsTaken => connection.StepsTaken;

    /// <summary>Opens the database in <paramref name="folder"/>, and makes both where they are missing. Call <see cref="Migrate"/> before anything else.</summary>
    /// <param name="time">Whoever keeps times beside the store passes the <see cref="SteadyTime"/> that it reads itself; any other is wrapped.</param>
    /// <exception cref="StoreException">Another process has the folder, or the file is no database of ours.</exception>
    public static SqliteStores Open(string folder, TimeProvider time, Rules rules, SqliteOptions? options = null)
    {
        var taken = FolderLock.Take(folder);
        try
        {
            return new(taken, Path.Combine(folder, "rein.db"), time, rules, options ?? new());
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public Task Migrate(CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            Migration.Run(connection, file);
            if (connection.Use("Runs/latest_of_live").ReadOne(row => row.TimeOrNull()) is { } latest)
                time.NeverBefore(latest);
            // The folder is ours alone: whoever had taken a duty, or a drill, is dead.
            connection.Use("Pools/let_go_drills").Bind(now).Run();
            return connection.Use("Duties/let_go_all").Bind(now).Run();
        }, cancel);

    public ValueTask DisposeAsync()
    {
        if (isClosed)
            return ValueTask.CompletedTask;
        isClosed = true;
        checkpointer.Dispose();
        readers.Dispose();
        parts.Dispose();
        writer.Dispose();
        connection.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
