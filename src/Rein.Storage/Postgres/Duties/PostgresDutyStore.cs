using System.Data;
using System.Security.Cryptography;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Duties;

sealed class PostgresDutyStore(Database database) : IDutyStore
{
    public async Task<IReadOnlyList<OwedDuty>> Take(int count, TimeSpan hold, CancellationToken cancel)
    {
        var taken = await database.Query(
            "Duties/take",
            cells => new OwedDuty(cells.Long(), (DutyKind)cells.Number(), cells.Id(), cells.Id(), cells.Number()),
            cancel,
            Arg.Of((long)count), Arg.Of(hold.ToMicros())).ConfigureAwait(false);
        taken.Sort((a, b) => a.Id.CompareTo(b.Id));
        return taken;
    }

    public Task Done(long duty, CancellationToken cancel) => database.Execute("Runs/delete_duties", cancel, Arg.Of([duty]));

    public Task Defer(long duty, TimeSpan delay, CancellationToken cancel) => database.Execute("Duties/defer", cancel, Arg.Of(duty), Arg.Of(delay.ToMicros()));

    /// <summary>The items of a run that has ended do not change any more: they are read as a stream, and no row is locked meanwhile.</summary>
    public async Task<ExportView> Export(long duty, Guid run, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                var (items, sha256) = await Digest(connection, run, cancel).ConfigureAwait(false);
                return await Write(connection, duty, run, items, sha256, cancel).ConfigureAwait(false);
            }
            catch (Exception exception) when (Faults.Of(exception) is { } fault)
            {
                throw fault;
            }
        }
    }

    /// <summary>Over the items as lines, each with its line feed: the digest of the NDJSON file.</summary>
    static async Task<(long Items, string Sha256)> Digest(NpgsqlConnection connection, Guid run, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var command = new NpgsqlCommand(Sql.Of("Duties/items_of_run"), connection) { Parameters = { Arg.Of(run) } };
        using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel).ConfigureAwait(false);
        var items = 0L;
        for (; await reader.ReadAsync(cancel).ConfigureAwait(false); items++)
        {
            hash.AppendData(await reader.GetFieldValueAsync<byte[]>(0, cancel).ConfigureAwait(false));
            hash.AppendData("\n"u8);
        }
        return (items, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>One statement, so one transaction. A duty that was done twice keeps its first account.</summary>
    static async Task<ExportView> Write(NpgsqlConnection connection, long duty, Guid run, long items, string sha256, CancellationToken cancel)
    {
        await connection.Execute("Duties/export", cancel, Arg.Of(duty), Arg.Of(run), Arg.Of(items), Arg.Of(sha256)).ConfigureAwait(false);
        var found = await connection.Query("Duties/find_export", cells => new ExportView(cells.Long(), cells.Text(), cells.Time()), cancel, Arg.Of(run))
            .ConfigureAwait(false);
        return found[0];
    }
}
