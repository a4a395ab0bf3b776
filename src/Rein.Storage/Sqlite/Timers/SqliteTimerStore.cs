using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Timers;

sealed class SqliteTimerStore(Writer writer, Readers readers) : ITimerStore
{
    /// <summary>One more than asked for: the first that is not returned says when to look again.</summary>
    public async Task<DueTimers> Due(int count, CancellationToken cancel)
    {
        var now = writer.Now;
        var first = await readers.Read(
            connection => connection.Use("Timers/due").Bind(count + 1L).ReadAll(row => new DueTimer(row.Guid(), row.TextOrNull(), row.Time())),
            cancel).ConfigureAwait(false);
        var due = first.Take(count).TakeWhile(timer => timer.At <= now).ToList();
        return new(now, due, due.Count < first.Count ? first[due.Count].At : null);
    }
}
