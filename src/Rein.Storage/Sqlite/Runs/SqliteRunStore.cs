using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

sealed class SqliteRunStore(Writer writer, UnitParts parts) : IRunStore
{
    public int MaxLanes => 1;

    public async Task<IUnit> Begin(CancellationToken cancel)
    {
        var connection = await writer.Enter(cancel).ConfigureAwait(false);
        parts.Turns.Begin();
        return new SqliteUnit(writer, parts, connection);
    }
}
