using Rein.Core.Stores;
using Rein.Storage.Rows;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>The one connection that writes, and the gate before it. Whoever is inside has the database to itself.</summary>
sealed class Writer(Connection connection, SteadyTime time) : IDisposable
{
    readonly SemaphoreSlim gate = new(1);
    long last;

    /// <summary>Told after each commit.</summary>
    public event Action? Committed;

    public int PagesWritten => connection.PagesWritten;

    /// <summary>Enters and opens a transaction. The caller must end it, and then <see cref="Leave"/>.</summary>
    public async ValueTask<Connection> Enter(CancellationToken cancel)
    {
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            connection.Use("Engine/begin").Run();
            return connection;
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>Whole microseconds, and never before the last commit: what was committed later is never older.</summary>
    public DateTimeOffset Now => Micros.ToTime(Math.Max(time.GetUtcNow().ToMicros(), Volatile.Read(ref last)));

    /// <summary>Up to when the age of what is kept for a while counts: a leap of the clock makes nothing old.</summary>
    public DateTimeOffset AgesNow => Now - time.Leapt;

    public void Commit(DateTimeOffset now)
    {
        connection.Use("Engine/commit").Run();
        Volatile.Write(ref last, Math.Max(now.ToMicros(), last));
        Committed?.Invoke();
    }

    /// <summary>Leaves; what was not committed has not happened.</summary>
    public void Leave()
    {
        try
        {
            if (connection.IsInTransaction)
                connection.Run("ROLLBACK");
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>One small transaction of a store that is no unit.</summary>
    public async Task<T> Write<T>(Func<Connection, DateTimeOffset, T> work, CancellationToken cancel)
    {
        var inside = await Enter(cancel).ConfigureAwait(false);
        try
        {
            var now = Now;
            var result = work(inside, now);
            Commit(now);
            return result;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Something that must meet no write, outside of any transaction. Blocks, in the queue of those who wait without blocking: a thread that waits in
    /// the other way is overtaken by whoever comes back at once, and under load that is everybody.
    /// </summary>
    public void Pause(Action work, CancellationToken cancel)
    {
        gate.WaitAsync(cancel).GetAwaiter().GetResult();
        try
        {
            work();
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
