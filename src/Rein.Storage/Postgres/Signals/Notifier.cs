using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Signals;

/// <summary>Collects while one batch is on its way, and sends the next with everything that came meanwhile.</summary>
sealed class Notifier : IAsyncDisposable
{
    /// <summary>A payload holds 8000 bytes: this many ids, in 32 digits and a separator.</summary>
    const int IdsPerPayload = 200;

    /// <summary>Above this, whoever listens is better off looking by itself.</summary>
    const int MostRuns = 20_000;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Database database;
    readonly TimeProvider time;
    readonly CancellationTokenSource stop = new();
    readonly SemaphoreSlim waiting = new(0, 1);
    readonly Lock gate = new();
    readonly Task sending;
    HashSet<Guid> runs = [];
    HashSet<string> pools = [];

    public Notifier(Database database, TimeProvider time)
    {
        this.database = database;
        this.time = time;
        sending = Task.Run(SendAll);
    }

    public void Add(StoreSignal signal)
    {
        lock (gate)
        {
            if (runs.Count < MostRuns)
                runs.UnionWith(signal.Runs);
            pools.UnionWith(signal.Pools.Select(pool => pool ?? QueueKey.DefaultPool));
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
        var (ids, names) = TakeWhatWaits();
        var payloads = ids.Select(id => id.ToString("N")).Chunk(IdsPerPayload).Select(chunk => string.Join(' ', chunk)).ToList();
        try
        {
            var channels = Enumerable.Repeat(Channels.Runs(database), payloads.Count).Concat(names.Select(_ => Channels.Ready(database)));
            await database.Query("Signals/notify", cells => true, stop.Token, Arg.Of(channels), Arg.Of(payloads.Concat(names))).ConfigureAwait(false);
            return true;
        }
        catch (StoreException)
        {
            Add(new([.. ids], [.. names]));
            return false;
        }
    }

    (HashSet<Guid> Runs, HashSet<string> Pools) TakeWhatWaits()
    {
        lock (gate)
        {
            var taken = (runs, pools);
            (runs, pools) = ([], []);
            return taken;
        }
    }
}
