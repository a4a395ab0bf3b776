using Rein.Core.Stores;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>One connection with its prepared statements. Used by one thread at a time; whoever owns it sees to that.</summary>
sealed class Connection : IDisposable
{
    /// <summary>
    /// In bytes. With twice as much a large commit would cost less by a tenth; but a small one writes the ends of eight trees, twice as many bytes, and
    /// a stop is a small one.
    /// </summary>
    public const int PageSize = 4096;

    /// <summary>
    /// Of the writer, in KiB. A page that balancing swaps has a number far beyond the end for a moment, and the commit behind it goes through the whole cache to cut that off:
    /// through 64 MiB it took 0.3 to 1 ms. What is written is near the ends of the trees, for ids grow, and needs little.
    /// </summary>
    const int WriterCache = 16_384;

    readonly Dictionary<string, Statement> prepared = [];
    readonly sqlite3 handle;

    static Connection()
    {
        Batteries_V2.Init();
        // Nobody asks for its statistics, and counting them would lock every allocation of every connection.
        _ = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    }

    Connection(sqlite3 handle) => this.handle = handle;

    public static Connection OpenWriter(string file) => Open(
        file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        $"PRAGMA page_size={PageSize}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=134217728; PRAGMA cache_size=-{WriterCache}; PRAGMA temp_store=MEMORY");

    public static Connection OpenReader(string file) =>
        Open(file, SQLITE_OPEN_READONLY, "PRAGMA query_only=1; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY");

    /// <summary>Reads, and may write another file.</summary>
    public static Connection OpenCopier(string file) => Open(file, SQLITE_OPEN_READONLY, "PRAGMA cache_size=-8192");

    public static Connection OpenCheckpointer(string file) =>
        Open(file, SQLITE_OPEN_READWRITE, "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL; PRAGMA cache_size=-512");

    /// <summary>The statement of that name, ready to be bound.</summary>
    public Statement Use(string name)
    {
        if (prepared.TryGetValue(name, out var statement))
            return statement.Reset();
        statement = Prepare(name, Sql.Of(name));
        prepared.Add(name, statement);
        return statement;
    }

    /// <summary>Ends reads that were left early; an open read would hold its snapshot.</summary>
    public void ResetAll()
    {
        foreach (var statement in prepared.Values)
            statement.Reset();
    }

    /// <summary>A statement that was composed; not kept.</summary>
    public Statement Prepare(string name, string sql)
    {
        var result = sqlite3_prepare_v3(handle, sql, SQLITE_PREPARE_PERSISTENT, out var statement);
        return result == SQLITE_OK ? new(this, statement, name) : throw Failure(result, name);
    }

    /// <summary>Statements without parameters and rows.</summary>
    public void Run(string sql)
    {
        var result = sqlite3_exec(handle, sql);
        if (result != SQLITE_OK)
            throw Failure(result, sql);
    }

    public int Changes => sqlite3_changes(handle);

    /// <summary>Pages written to the log since it was opened.</summary>
    public int PagesWritten
    {
        get
        {
            _ = sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 0);
            return pages;
        }
    }

    /// <summary>By the statements that are kept.</summary>
    public long StepsTaken => prepared.Values.Sum(statement => statement.StepsTaken);

    public bool IsInTransaction => sqlite3_get_autocommit(handle) == 0;

    /// <summary>Copies what it can from the log into the database, without making anybody wait.</summary>
    public void Checkpoint()
    {
        var result = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        if (result is not (SQLITE_OK or SQLITE_BUSY))
            throw Failure(result, "checkpoint");
    }

    public StoreException Failure(int result, string what)
    {
        var trouble = Troubles.Of(result & 0xff, handle);
        var (code, says) = (sqlite3_extended_errcode(handle), sqlite3_errmsg(handle).utf8_to_string());
        return new($"SQLite ({what}): {says} ({code})")
        {
            IsContended = code == SQLITE_CONSTRAINT_UNIQUE && says.EndsWith("extras.alias", StringComparison.Ordinal),
            IsTransient = trouble is not StoreTrouble.None || (result & 0xff) is SQLITE_BUSY or SQLITE_LOCKED or SQLITE_IOERR,
            Trouble = trouble,
        };
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Dispose();
        handle.Dispose();
    }

    static Connection Open(string file, int flags, string settings)
    {
        _ = sqlite3_open_v2(file, out var handle, flags | SQLITE_OPEN_NOMUTEX, null);
        _ = sqlite3_extended_result_codes(handle, 1);
        // Plans do not look at values: a statement with a bound LIMIT would be prepared anew at each use.
        _ = sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
        _ = sqlite3_busy_timeout(handle, 5000);
        var connection = new Connection(handle);
        try
        {
            connection.Run(settings);
            return connection;
        }
        catch (StoreException broken)
        {
            connection.Dispose();
            throw new StoreException($"The database {file} cannot be used: {broken.Message}. {Troubles.Advice(broken.Trouble)}", broken);
        }
    }
}
