using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Signals;

/// <summary>Collects while one batch is on its way, and sends the next with everything that came meanwhile.</summary>
sealed class Notifier : IAsyncDisposable
{
    /// <summary>A payload holds 8000 bytes: the sender and this many ids, in 32 digits and a separator each.</summary>
    const int IdsPerPayload = 200;

    /// <summary>Above this, whoever listens is better off looking by itself.</summary>
    const int MostRuns = 20_000;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Database database;
    readonly Sender self;
    readonly TimeProvider time;
    readonly CancellationTokenSource stop = new();
    readonly SemaphoreSlim waiting = new(0, 1);
    readonly Lock gate = new();
    readonly Task sending;
    readonly HashSet<Guid> runs = [];
    readonly HashSet<Guid> sessions = [];
    readonly HashSet<Guid> streams = [];
    readonly HashSet<string?> pools = [];
    bool gates;

    public Notifier(Database database, Sender self, TimeProvider time)
    {
        (this.database, this.self, this.time) = (database, self, time);
        sending = Task.Run(SendAll);
    }

    public void Add(StoreSignal signal)
    {
        lock (gate)
        {
            if (runs.Count < MostRuns)
                runs.UnionWith(signal.Runs);
            sessions.UnionWith(signal.Sessions);
            streams.UnionWith(signal.Streams);
            pools.UnionWith(signal.Pools);
            gates |= signal.Gates;
            if (waiting.CurrentCount == 0)
                waiting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        stop.Dispose();
        waiting.Dispose();
    }

    async Task SendAll()
    {
        try
        {
            while (true)
            {
                await waiting.WaitAsync(stop.Token).ConfigureAwait(false);
                if (!await Send().ConfigureAwait(false))
                    await Task.Delay(Pause, time, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    /// <summary>What cannot be sent goes with the next, as far as it fits; a late signal is better than none.</summary>
    async Task<bool> Send()
    {
        var taken = TakeWhatWaits();
        // Stops first: listeners hear in this order.
        (string Channel, string Payload)[] all =
        [
            .. Payloads(taken.Sessions).Select(ids => (Channels.Sessions(database), ids)),
            .. Payloads(taken.Streams).Select(ids => (Channels.Streams(database), ids)),
            .. taken.Gates ? [(Channels.Gates(database), "changed")] : Array.Empty<(string, string)>(),
            .. taken.Pools.Select(pool => (Channels.Ready(database), pool ?? QueueKey.DefaultPool)),
            .. Payloads(taken.Runs).Select(ids => (Channels.Runs(database), ids)),
        ];
        try
        {
            await database.Query("Signals/notify", cells => true, stop.Token,
                Arg.Of(all.Select(one => one.Channel)), Arg.Of(all.Select(one => self.Sign(one.Payload)))).ConfigureAwait(false);
            return true;
        }
        catch (StoreException)
        {
            Add(taken);
            return false;
        }
    }

    static IEnumerable<string> Payloads(IEnumerable<Guid> ids) =>
        ids.Select(id => id.ToString("N")).Chunk(IdsPerPayload).Select(chunk => string.Join(' ', chunk));

    StoreSignal TakeWhatWaits()
    {
        lock (gate)
        {
            var taken = new StoreSignal([.. runs], [.. pools]) { Sessions = [.. sessions], Streams = [.. streams], Gates = gates };
            runs.Clear();
            sessions.Clear();
            streams.Clear();
            pools.Clear();
            gates = false;
            return taken;
        }
    }
}
