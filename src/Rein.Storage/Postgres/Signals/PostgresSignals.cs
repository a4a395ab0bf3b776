using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Signals;

/// <summary>
/// Signals over LISTEN and NOTIFY. Notifications leave on a connection of their own: inside the write transactions they would queue all
/// commits behind one lock.
/// </summary>
sealed class PostgresSignals(Database database, TimeProvider time) : IStoreSignals, IAsyncDisposable
{
    readonly Sender self = Sender.New(time);
    readonly Lock starting = new();
    Notifier? notifier;

    public void Publish(StoreSignal signal)
    {
        lock (starting)
            notifier ??= new(database, self, time);
        notifier.Add(signal);
    }

    public IAsyncEnumerable<StoreSignal> Listen(CancellationToken cancel) => new Listener(database, self, time).Listen(cancel);

    public async ValueTask DisposeAsync()
    {
        if (notifier is not null)
            await notifier.DisposeAsync().ConfigureAwait(false);
    }
}
