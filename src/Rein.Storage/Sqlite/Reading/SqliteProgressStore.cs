using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Reading;

sealed class SqliteProgressStore(Readers readers) : IProgressStore
{
    public Task<IReadOnlyList<ProgressRow>> Of(Guid run, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<ProgressRow>>(
            connection => connection.Use("Reading/progress").Bind(run).ReadAll(Read), cancel);

    public Task<IReadOnlyList<ProgressRow>> Of(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<ProgressRow>>(
            connection => connection.Use("Reading/progress_of").Bind(run).BindText(RowJson.Names(steps)).ReadAll(Read), cancel);

    static ProgressRow Read(Statement row) => new(row.Text(), row.Long(), row.Long(), row.Time(), row.Bytes().ToArray());
}
