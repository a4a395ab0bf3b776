using System.Security.Cryptography;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Duties;

sealed class SqliteDutyStore(Writer writer, Readers readers) : IDutyStore
{
    public Task<IReadOnlyList<OwedDuty>> Take(int count, TimeSpan hold, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var taken = connection.Use("Duties/take").Bind(now + hold).Bind(now).Bind(count)
                .ReadAll(row => new OwedDuty(row.Long(), (DutyKind)row.Int(), row.Guid(), row.Guid(), row.Int()));
            taken.Sort((a, b) => a.Id.CompareTo(b.Id));
            return (IReadOnlyList<OwedDuty>)taken;
        }, cancel);

    public Task Done(long duty, CancellationToken cancel) =>
        writer.Write((connection, _) => connection.Use("Runs/delete_duty").Bind(duty).Run(), cancel);

    public Task Defer(long duty, TimeSpan delay, CancellationToken cancel) =>
        writer.Write((connection, now) => connection.Use("Duties/defer").Bind(now + delay).Bind(duty).Run(), cancel);

    /// <summary>The items of a run that has ended do not change any more: they are read from a snapshot, and the writer waits for nothing.</summary>
    public async Task<ExportView> Export(long duty, Guid run, CancellationToken cancel)
    {
        var (items, sha256) = await readers.Read(connection => Digest(connection, run), cancel).ConfigureAwait(false);
        return await writer.Write((connection, now) =>
        {
            connection.Use("Duties/insert_export").Bind(run).Bind(items).Bind(sha256).Bind(now).Run();
            connection.Use("Runs/delete_duty").Bind(duty).Run();
            return connection.Use("Duties/find_export").Bind(run).ReadOne(row => new ExportView(row.Long(), row.Text(), row.Time()));
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Over the items as lines, each with its line feed: the digest of the NDJSON file.</summary>
    static (long Items, string Sha256) Digest(Connection connection, Guid run)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var items = 0L;
        var row = connection.Use("Duties/items_of_run").Bind(run);
        while (row.Read())
        {
            hash.AppendData(row.Bytes());
            hash.AppendData("\n"u8);
            items++;
        }
        return (items, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
