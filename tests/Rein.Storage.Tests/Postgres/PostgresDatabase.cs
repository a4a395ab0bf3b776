using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Tests.Postgres;

/// <summary>A schema of its own in a real server, which is ours for the test run.</summary>
public sealed class PostgresDatabase : ITestDatabase, IOldDatabase<PostgresDatabase>
{
    readonly NpgsqlDataSource besides;

    public PostgresDatabase()
    {
        var server = Environment.GetEnvironmentVariable("REIN_TEST_POSTGRES");
        Assert.True(!string.IsNullOrEmpty(server), "run ./test.sh, or set REIN_TEST_POSTGRES");
        Schema = $"test_{Driver.NewId():N}";
        Connection = new NpgsqlConnectionStringBuilder(server) { ApplicationName = Schema, IncludeErrorDetail = true }.ConnectionString;
        besides = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { ApplicationName = "behind the store's back", SearchPath = Schema, MaxPoolSize = 8, Timeout = 60 });
    }

    public string Schema { get; }

    /// <summary>Named for the schema, so that its connections can be told from others.</summary>
    public string Connection { get; }

    /// <summary>Small, so that it is reached.</summary>
    static PostgresOptions Options { get; } = new() { LogCap = 4096 };

    public async Task<IStores> Open() => await Open(lanes: 2);

    /// <summary>Another node on the same database.</summary>
    public async Task<PostgresStores> Open(int lanes, PostgresOptions? options = null)
    {
        var stores = PostgresStores.Open(Connection, Rules.Default, Schema, lanes, options ?? Options);
        await stores.Migrate(CancellationToken.None);
        return stores;
    }

    public async Task<string?> Try(string sql)
    {
        try
        {
            using var command = besides.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.MessageText;
        }
    }

    public async Task<long> Number(string sql)
    {
        using var command = besides.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What other connections are doing has no signal of its own.</summary>
    public async Task Until(string what, string countSql)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        while (await Number(countSql) == 0)
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(30), $"{what}: not within 30 s");
    }

    public string Literal(Guid id) => $"'{id}'::uuid";

    public async Task CountWrites() => Assert.Null(await Try("""
        CREATE TABLE writes (what text NOT NULL);
        CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN EXECUTE format('INSERT INTO %I.writes VALUES ($1)', TG_TABLE_SCHEMA) USING lower(TG_OP) || ' ' || TG_TABLE_NAME; RETURN NULL; END $$;
        DO $$ DECLARE t text; BEGIN
          FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('writes', 'schema_versions') LOOP
            EXECUTE format('CREATE TRIGGER count_write AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION count_write()', t);
          END LOOP;
        END $$;
        """));

    public async Task<IReadOnlyDictionary<string, long>> Writes()
    {
        using var command = besides.CreateCommand("SELECT what, count(*) FROM writes GROUP BY what");
        using var reader = await command.ExecuteReaderAsync();
        var writes = new Dictionary<string, long>();
        while (await reader.ReadAsync())
            writes[reader.GetString(0)] = reader.GetInt64(1);
        return writes;
    }

    public async Task<long> CloseAndCountReads(IStores stores)
    {
        await stores.DisposeAsync();
        await Until("the store's connections are gone", $"SELECT count(*) FROM (SELECT 1) AS one WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{Schema}')");
        return await Number($"SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_user_tables WHERE schemaname = '{Schema}' AND relname <> 'writes'");
    }

    public async Task<bool> CutConnections() =>
        await Number($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{Schema}'") >= 0;

    /// <summary>The plan of a statement, as units prepare it if nothing else is said.</summary>
    public async Task<IReadOnlyList<string>> Plan(string name, int parameters, string settings = Database.UnitSettings)
    {
        using var units = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Connection)
        {
            SearchPath = Schema, Options = settings, Pooling = false,
        });
        await using var connection = await units.OpenConnectionAsync();
        var values = parameters == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", parameters))})";
        await using var transaction = await connection.BeginTransactionAsync();
        var order = name.StartsWith("Runs/next_", StringComparison.Ordinal) ? string.Join("; ", Database.InOrder) + "; " : "";
        using (var prepare = new NpgsqlCommand($"{order}PREPARE planned AS {Sql.Of(name)}", connection))
            await prepare.ExecuteNonQueryAsync();
        using var explain = new NpgsqlCommand($"EXPLAIN EXECUTE planned{values}", connection);
        using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }

    public async Task Build(int version)
    {
        Assert.Null(await Try($"CREATE SCHEMA {Schema}; CREATE TABLE {Schema}.schema_versions (version integer PRIMARY KEY, at timestamptz NOT NULL)"));
        for (var number = 1; number <= version; number++)
            Assert.Null(await Try($"{Sql.Of($"Schema/{number:0000}")}; INSERT INTO schema_versions VALUES ({number}, now())"));
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> Columns() =>
        (await Texts($"SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = '{Schema}' AND table_name <> 'schema_versions' AND is_generated = 'NEVER' ORDER BY 1"))
            .Select(name => name.Split('.')).GroupBy(name => name[0], name => name[1]).ToDictionary(table => table.Key, table => (IReadOnlyList<string>)[.. table]);

    public async Task CopyFrom(PostgresDatabase other, string table, IEnumerable<string> columns)
    {
        var list = string.Join(", ", columns);
        Assert.Null(await Try($"INSERT INTO {Schema}.{table} ({list}) SELECT {list} FROM {other.Schema}.{table}"));
    }

    public Task<IReadOnlyList<string>> Rows(string table, IEnumerable<string> columns) =>
        Texts($"SELECT row({string.Join(", ", columns)})::text COLLATE \"C\" FROM {Schema}.{table} ORDER BY 1");

    async Task<IReadOnlyList<string>> Texts(string sql)
    {
        using var command = besides.CreateCommand(sql);
        using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        await Try($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
        await besides.DisposeAsync();
    }
}
