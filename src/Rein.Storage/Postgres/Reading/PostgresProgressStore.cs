using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Reading;

sealed class PostgresProgressStore(Database database) : IProgressStore
{
    public async Task<IReadOnlyList<ProgressRow>> Of(Guid run, CancellationToken cancel) =>
        await database.Read("Reading/progress", Read, cancel, Arg.Of(run)).ConfigureAwait(false);

    public async Task<IReadOnlyList<ProgressRow>> Of(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel) =>
        await database.Read("Reading/progress_of", Read, cancel, Arg.Of(run), Arg.Of(steps)).ConfigureAwait(false);

    static ProgressRow Read(Cells cells) => new(cells.Text(), cells.Long(), cells.Long(), cells.Time(), cells.Bytes());
}
