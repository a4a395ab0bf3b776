using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Reading;

sealed class SqliteProgressStore(Readers readers) : IProgressStore
{
    public Task<IReadOnlyList<ProgressRow>> Of(Guid run, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<ProgressRow>>(
            connection => connection.Use("Reading/progress").Bind(run)
                .ReadAll(row => new ProgressRow(row.Text(), row.Long(), row.Long(), row.Time(), row.Bytes().ToArray())),
            cancel);
}
