using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Signals;

/// <summary>Listens on a connection of its own, for good: when it is lost, another is opened, and whoever reads is told that something may be missing.</summary>
sealed class Listener(Database database, TimeProvider time)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly HashSet<Guid> runs = [];
    readonly HashSet<string?> pools = [];

    public async IAsyncEnumerable<StoreSignal> Listen([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var connection = await Connect(cancel).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                yield return StoreSignal.Fresh;
                while (await Wait(connection, cancel).ConfigureAwait(false))
                    yield return TakeWhatCame();
            }
        }
    }

    async Task<NpgsqlConnection> Connect(CancellationToken cancel)
    {
        while (true)
        {
            var connection = new NpgsqlConnection(database.ListenerConnection);
            try
            {
                connection.Notification += (_, said) => Hear(said);
                await connection.OpenAsync(cancel).ConfigureAwait(false);
                var quote = new NpgsqlCommandBuilder();
                using var listen = new NpgsqlCommand(
                    $"LISTEN {quote.QuoteIdentifier(Channels.Runs(database))}; LISTEN {quote.QuoteIdentifier(Channels.Ready(database))}", connection);
                await listen.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
                return connection;
            }
            catch (Exception exception)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                if (Faults.Of(exception) is null)
                    throw;
                await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
            }
        }
    }

    static async Task<bool> Wait(NpgsqlConnection connection, CancellationToken cancel)
    {
        try
        {
            await connection.WaitAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (Faults.Of(exception) is not null)
        {
            return false;
        }
    }

    /// <summary>Called inside Wait, and never beside it.</summary>
    void Hear(NpgsqlNotificationEventArgs said)
    {
        if (said.Channel == Channels.Ready(database))
            pools.Add(said.Payload == QueueKey.DefaultPool ? null : said.Payload);
        else
            foreach (var id in said.Payload.Split(' '))
                if (Guid.TryParseExact(id, "N", out var run))
                    runs.Add(run);
    }

    StoreSignal TakeWhatCame()
    {
        var signal = new StoreSignal([.. runs], [.. pools]);
        runs.Clear();
        pools.Clear();
        return signal;
    }
}
