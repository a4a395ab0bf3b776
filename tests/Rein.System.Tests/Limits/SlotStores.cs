using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres;
using Rein.Storage.Sqlite;
using Rein.Storage.Sqlite.Engine;

namespace Rein.System.Tests.Limits;

/// <summary>A database of its own, of either dialect, which can be opened again, and broken on purpose.</summary>
abstract class SlotStores : IAsyncDisposable
{
    /// <summary>Windows so short that every clock of a run has run out by the next move.</summary>
    protected static Rules Rules { get; } = new(TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(2), TimeSpan.FromHours(1));

    public static SlotStores Of(string dialect) => dialect == "sqlite" ? new InSqlite() : new InPostgres();

    public abstract Task<IStores> Open();

    /// <summary>From here on a slot that is given back is held all the same.</summary>
    public abstract Task KeepSlots();

    public abstract ValueTask DisposeAsync();

    sealed class InSqlite : SlotStores
    {
        readonly string folder = Directory.CreateTempSubdirectory("rein-slots-").FullName;

        public override async Task<IStores> Open()
        {
            var stores = SqliteStores.Open(folder, TimeProvider.System, Rules);
            await stores.Migrate(CancellationToken.None);
            return stores;
        }

        public override Task KeepSlots()
        {
            using var connection = Connection.OpenWriter(Path.Combine(folder, "rein.db"));
            connection.Run("CREATE TRIGGER keep_slots AFTER DELETE ON held BEGIN INSERT INTO held VALUES (OLD.org, OLD.key, OLD.run); END");
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    sealed class InPostgres : SlotStores
    {
        readonly string server = Environment.GetEnvironmentVariable("REIN_TEST_POSTGRES") ?? "";
        readonly string schema = $"slots_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

        public override async Task<IStores> Open()
        {
            Assert.True(server.Length > 0, "run ./test.sh, or set REIN_TEST_POSTGRES");
            var stores = PostgresStores.Open(server, Rules, schema);
            await stores.Migrate(CancellationToken.None);
            return stores;
        }

        public override Task KeepSlots() => Run($"CREATE RULE keep_slots AS ON DELETE TO {schema}.held DO INSTEAD NOTHING");

        public override async ValueTask DisposeAsync() => await Run($"DROP SCHEMA IF EXISTS {schema} CASCADE");

        async Task Run(string sql)
        {
            await using var besides = NpgsqlDataSource.Create(server);
            using var command = besides.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
