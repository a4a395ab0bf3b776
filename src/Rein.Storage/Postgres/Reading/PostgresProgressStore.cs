using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Reading;

sealed class PostgresProgressStore(Database database) : IProgressStore
{
    public async Task<IReadOnlyList<ProgressRow>> Of(Guid run, CancellationToken cancel) =>
        await database.Read(
            "Reading/progress", cells => new ProgressRow(cells.Text(), cells.Long(), cells.Long(), cells.Time(), cells.Bytes()), cancel, Arg.Of(run))
            .ConfigureAwait(false);
}
