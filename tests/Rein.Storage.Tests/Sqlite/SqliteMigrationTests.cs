using System.Globalization;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Tests.Sqlite;

public sealed class SqliteMigrationTests : IDisposable
{
    static readonly Guid Organization = new("0a000000-0000-7000-8000-000000000000");
    static readonly Guid Ended = new("00000000-0000-7000-8000-000000000001");

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;

    [Fact]
    public async Task What_a_run_cost_before_there_were_prices_was_a_credit_for_a_second_and_its_account_is_made_anew()
    {
        WriteFirstVersion();
        await using var stores = SqliteStores.Open(folder, TimeProvider.System, Rules.Default);
        await stores.Migrate(TestContext.Current.CancellationToken);

        var view = await stores.Reader.Find(Organization, Ended, TestContext.Current.CancellationToken);
        Assert.Equal((10_400_000, 10.4, ExportState.Due), (view!.Run.Credits, view.Run.Used.TotalSeconds, view.Export!.State));
        var duty = Assert.Single(await stores.Duties.Take(10, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.Equal((DutyKind.Export, Ended, Organization, 0), (duty.Kind, duty.Run, duty.Organization, duty.Failures));
    }

    void WriteFirstVersion()
    {
        using var connection = Connection.OpenWriter(Path.Combine(folder, "rein.db"));
        connection.Run($"{Sql.Of("Schema/0001")}; PRAGMA user_version = 1");
        connection.Run(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO runs (
              id, org, definition, version, state, cause, revision, open, active, ready, unproved, killed, handed_out, succeeded_steps, failed_steps,
              tolerated_failures, lost_worker, has_begun, is_blocked, priority, children, is_detached, created_at, ended_at, changed_at, used, items)
            VALUES ({Blob(Ended)}, {Blob(Organization)}, zeroblob(32), 0, 3, 0, 3, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 2, 10400000, 2);
            INSERT INTO exports (run, items, sha256, at) VALUES ({Blob(Ended)}, 2, 'of something else', 2)
            """));
    }

    static string Blob(Guid id) => $"x'{id:N}'";

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
