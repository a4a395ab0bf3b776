using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Signals;

/// <summary>Listens on a connection of its own, for good: when it is lost, another is opened, and whoever reads is told that something may be missing.</summary>
sealed class Listener(Database database, Sender self, TimeProvider time)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly HashSet<Guid> runs = [];
    readonly HashSet<Guid> sessions = [];
    readonly HashSet<Guid> streams = [];
    readonly HashSet<string?> pools = [];
    bool gates;

    public async IAsyncEnumerable<StoreSignal> Listen([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var connection = await Connect(cancel).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                yield return StoreSignal.Fresh;
                while (await Wait(connection, cancel).ConfigureAwait(false))
                    if (TakeWhatCame() is { } signal)
                        yield return signal;
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
                using var listen = new NpgsqlCommand(ListenToAll(), connection);
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

    string ListenToAll()
    {
        var quote = new NpgsqlCommandBuilder();
        string[] channels = [Channels.Sessions(database), Channels.Streams(database), Channels.Runs(database), Channels.Ready(database), Channels.Gates(database)];
        return string.Join("; ", channels.Select(channel => $"LISTEN {quote.QuoteIdentifier(channel)}"));
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
        if (self.Open(said.Payload) is not { } payload)
            return;
        if (said.Channel == Channels.Gates(database))
            gates = true;
        else if (said.Channel == Channels.Ready(database))
            pools.Add(payload == QueueKey.DefaultPool ? null : payload);
        else
            AddIds(said.Channel == Channels.Sessions(database) ? sessions : said.Channel == Channels.Streams(database) ? streams : runs, payload);
    }

    static void AddIds(HashSet<Guid> to, string payload)
    {
        foreach (var text in payload.Split(' '))
            if (Guid.TryParseExact(text, "N", out var id))
                to.Add(id);
    }

    /// <summary>Null when it was nothing but this node's own.</summary>
    StoreSignal? TakeWhatCame()
    {
        if (runs.Count + sessions.Count + streams.Count + pools.Count == 0 && !gates)
            return null;
        var signal = new StoreSignal([.. runs], [.. pools]) { Sessions = [.. sessions], Streams = [.. streams], Gates = gates };
        runs.Clear();
        sessions.Clear();
        streams.Clear();
        pools.Clear();
        gates = false;
        return signal;
    }
}
