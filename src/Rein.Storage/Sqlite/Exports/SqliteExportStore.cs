using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Exports;

sealed class SqliteExportStore(Writer writer, Readers readers) : IExportStore
{
    /// <summary>From a snapshot: the writer waits for nothing. What does not fit into memory is sorted on disk.</summary>
    public Task<long> CountDistinct(Guid run, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Exports/count_distinct").Bind(run).ReadOne(row => row.Long()), cancel);

    public Task Keep(long duty, Guid run, Manifest manifest, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            connection.Use("Exports/keep")
                .Bind(run).Bind(manifest.Items).Bind(manifest.Distinct).Bind(manifest.Bytes).Bind(manifest.Sha256).Bind(now).Run();
            return connection.Use("Runs/delete_duty").Bind(duty).Run();
        }, cancel);

    public Task Fail(long duty, Guid run, string error, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            connection.Use("Exports/fail").Bind(run).Bind(error).Bind(now).Run();
            return connection.Use("Runs/delete_duty").Bind(duty).Run();
        }, cancel);

    public Task<bool> Ask(Guid organization, Guid run, CancellationToken cancel) =>
        writer.Write((connection, now) =>
            connection.Use("Exports/forget_failed").Bind(run).Run() == 1
            && connection.Use("Runs/insert_duty").Bind((int)DutyKind.Export).Bind(run).Bind(organization).Bind(now).Run() == 1, cancel);
}
