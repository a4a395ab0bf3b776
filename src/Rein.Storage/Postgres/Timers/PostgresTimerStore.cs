using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Timers;

sealed class PostgresTimerStore(Database database) : ITimerStore
{
    /// <summary>One more than asked for: the first that is not returned says when to look again. The clock's row comes first.</summary>
    public async Task<DueTimers> Due(int count, CancellationToken cancel)
    {
        var rows = await database.Read("Timers/due", cells => (Run: cells.IdOrNull(), Step: cells.TextOrNull(), At: cells.Time()), cancel, Arg.Of(count + 1L))
            .ConfigureAwait(false);
        var now = rows[0].At;
        var first = rows.Skip(1).Select(row => new DueTimer(row.Run!.Value, row.Step, row.At)).ToList();
        var due = first.Take(count).TakeWhile(timer => timer.At <= now).ToList();
        return new(now, due, due.Count < first.Count ? first[due.Count].At : null);
    }
}
