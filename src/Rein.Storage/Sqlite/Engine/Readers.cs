using System.Collections.Concurrent;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>A few connections that only read, each from a snapshot: they never wait for the writer, nor it for them.</summary>
sealed class Readers(string file) : IDisposable
{
    const int Most = 4;

    readonly SemaphoreSlim free = new(Most);
    readonly ConcurrentBag<Connection> idle = [];

    /// <summary>All reads of <paramref name="work"/> see the same moment.</summary>
    public async Task<T> Read<T>(Func<Connection, T> work, CancellationToken cancel)
    {
        await free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return ReadOn(idle.TryTake(out var known) ? known : Connection.OpenReader(file), work);
        }
        finally
        {
            free.Release();
        }
    }

    T ReadOn<T>(Connection connection, Func<Connection, T> work)
    {
        try
        {
            connection.Use("Engine/begin_reading").Run();
            return work(connection);
        }
        finally
        {
            GiveBack(connection);
        }
    }

    void GiveBack(Connection connection)
    {
        connection.ResetAll();
        if (connection.IsInTransaction)
            connection.Use("Engine/commit").Run();
        idle.Add(connection);
    }

    public void Dispose()
    {
        foreach (var connection in idle)
            connection.Dispose();
        free.Dispose();
    }
}
