using System.Text.RegularExpressions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Tests.Sqlite;

public sealed partial class SqliteDatabase : ITestDatabase, IOldDatabase<SqliteDatabase>
{
    long stepsTaken;

    public string Folder { get; } = Directory.CreateTempSubdirectory("rein-storage-").FullName;

    public async Task<IStores> Open()
    {
        var stores = SqliteStores.Open(Folder, TimeProvider.System, Rules.Default, Options);
        await stores.Migrate(CancellationToken.None);
        return stores;
    }

    /// <summary>Small, so that it is reached.</summary>
    public static SqliteOptions Options { get; } = new() { LogCap = 4096, CheckpointAt = 256 << 10 };

    public Task<string?> Try(string sql)
    {
        using var connection = Connection.OpenWriter(Path.Combine(Folder, "rein.db"));
        try
        {
            connection.Run(sql);
            return Task.FromResult<string?>(null);
        }
        catch (StoreException refused)
        {
            return Task.FromResult<string?>(refused.Message);
        }
    }

    public Task<long> Number(string sql)
    {
        using var connection = Connection.OpenReader(Path.Combine(Folder, "rein.db"));
        using var statement = connection.Prepare(sql, sql);
        return Task.FromResult(statement.ReadOne(row => row.Long()));
    }

    public string Literal(Guid id) => $"X'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'";

    public async Task CountWrites()
    {
        var triggers = (await Tables()).SelectMany(table => new[] { "insert", "update", "delete" }.Select(verb =>
            $"CREATE TRIGGER count_{verb}_{table} AFTER {verb} ON {table} BEGIN INSERT INTO writes VALUES ('{verb} {table}'); END;"));
        Assert.Null(await Try($"CREATE TABLE writes (what TEXT); {string.Concat(triggers)}"));
    }

    public Task<IReadOnlyDictionary<string, long>> Writes()
    {
        using var connection = Connection.OpenReader(Path.Combine(Folder, "rein.db"));
        using var statement = connection.Prepare("writes", "SELECT what, count(*) FROM writes GROUP BY what");
        return Task.FromResult<IReadOnlyDictionary<string, long>>(
            statement.ReadAll(row => (What: row.Text(), Count: row.Long())).ToDictionary(row => row.What, row => row.Count));
    }

    public async Task<long> CloseAndCountReads(IStores stores)
    {
        stepsTaken += ((SqliteStores)stores).StepsTaken;
        await stores.DisposeAsync();
        return stepsTaken;
    }

    public Task<bool> CutConnections() => Task.FromResult(false);

    /// <summary>How SQLite goes about a statement.</summary>
    public IReadOnlyList<string> Plan(string name)
    {
        using var connection = Connection.OpenWriter(Path.Combine(Folder, "rein.db"));
        var sql = Sql.Of(name);
        using var statement = connection.Prepare(name, $"EXPLAIN QUERY PLAN {sql}");
        foreach (var _ in Parameter().Matches(sql).DistinctBy(match => match.Value))
            statement.BindNull();
        return statement.ReadAll(row => (row.Int(), row.Int(), row.Int(), Text: row.Text()).Text);
    }

    public Task Build(int version)
    {
        using var connection = Connection.OpenWriter(Path.Combine(Folder, "rein.db"));
        for (var number = 1; number <= version; number++)
            connection.Run($"{Sql.Of($"Schema/{number:0000}")}; PRAGMA user_version = {number}");
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> Columns()
    {
        var columns = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var table in await Tables())
            columns[table] = Texts($"SELECT name FROM pragma_table_info('{table}')");
        return columns;
    }

    public Task CopyFrom(SqliteDatabase other, string table, IEnumerable<string> columns)
    {
        var list = string.Join(", ", columns);
        using var connection = Connection.OpenWriter(Path.Combine(Folder, "rein.db"));
        connection.Run($"ATTACH '{Path.Combine(other.Folder, "rein.db")}' AS other; INSERT INTO main.{table} ({list}) SELECT {list} FROM other.{table}");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> Rows(string table, IEnumerable<string> columns) =>
        Task.FromResult<IReadOnlyList<string>>(Texts($"SELECT {string.Join(" || '|' || ", columns.Select(column => $"quote({column})"))} FROM {table} ORDER BY 1"));

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();

    List<string> Texts(string sql)
    {
        using var connection = Connection.OpenReader(Path.Combine(Folder, "rein.db"));
        using var statement = connection.Prepare(sql, sql);
        return statement.ReadAll(row => row.Text());
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    Task<List<string>> Tables()
    {
        using var connection = Connection.OpenReader(Path.Combine(Folder, "rein.db"));
        using var statement = connection.Prepare("tables", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'writes'");
        return Task.FromResult(statement.ReadAll(row => row.Text()));
    }
}
