using Rein.Core.Stores;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>
/// Keeps the log short, off the writer. While writes go on, a passive pass never meets the end of the log, and the log would grow for
/// good: so what two passes have left, which is little, is copied in a moment in which nobody writes, and the next write begins the log anew.
/// On a thread of its own, because copying blocks and must not wait for a busy pool.
/// </summary>
sealed class Checkpointer : IDisposable
{
    readonly Writer writer;
    readonly Connection connection;
    readonly long pages;
    readonly SemaphoreSlim wake = new(0, 1);
    readonly CancellationTokenSource ending = new();
    readonly Thread thread;
    int copied;

    public Checkpointer(string file, Writer writer, long size)
    {
        this.writer = writer;
        pages = size / Connection.PageSize;
        connection = Connection.OpenCheckpointer(file);
        writer.Committed += Look;
        thread = new(Work) { Name = "rein-checkpoint", IsBackground = true };
        thread.Start();
    }

    /// <summary>Called by the writer after each commit. The file itself says little: it is written over from its beginning, and does not shrink.</summary>
    void Look()
    {
        if (writer.PagesWritten - Volatile.Read(ref copied) >= pages && wake.CurrentCount == 0)
            Wake();
    }

    void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    void Work()
    {
        try
        {
            while (true)
            {
                wake.Wait(ending.Token);
                Copy();
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed; closing the last connection copies the rest.
        }
    }

    void Copy()
    {
        try
        {
            // The first copies what has gathered, the second what came meanwhile: every write that comes next waits for the rest.
            connection.Checkpoint();
            connection.Checkpoint();
            writer.Pause(CopyRest, ending.Token);
        }
        catch (StoreException)
        {
            // A full disk, say. Nothing is lost, the log stays; the commits that follow bring the next try.
        }
    }

    void CopyRest()
    {
        connection.Checkpoint();
        Volatile.Write(ref copied, writer.PagesWritten);
    }

    public void Dispose()
    {
        writer.Committed -= Look;
        ending.Cancel();
        thread.Join();
        connection.Dispose();
        ending.Dispose();
        wake.Dispose();
    }
}
