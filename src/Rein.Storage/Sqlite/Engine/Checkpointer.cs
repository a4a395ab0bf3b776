using Rein.Core.Stores;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>
/// Keeps the log short, off the writer. While writes go on, a passive pass never meets the end of the log, and the log would grow for
/// good: so what two passes have left, which is little, is copied in a moment in which nobody writes, and the next write begins the log anew.
/// </summary>
sealed class Checkpointer : IAsyncDisposable
{
    readonly Writer writer;
    readonly Connection connection;
    readonly long pages;
    readonly SemaphoreSlim wake = new(0, 1);
    readonly CancellationTokenSource ending = new();
    readonly Task work;
    int copied;

    public Checkpointer(string file, Writer writer, long size)
    {
        this.writer = writer;
        pages = size / Connection.PageSize;
        connection = Connection.OpenCheckpointer(file);
        writer.Committed += Look;
        work = Task.Run(Work);
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

    async Task Work()
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(ending.Token).ConfigureAwait(false);
                await Copy().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed; closing the last connection copies the rest.
        }
    }

    async Task Copy()
    {
        try
        {
            // The first copies what has gathered, the second what came meanwhile: every write that comes next waits for the rest.
            connection.Checkpoint();
            connection.Checkpoint();
            await writer.Pause(CopyRest, ending.Token).ConfigureAwait(false);
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

    public async ValueTask DisposeAsync()
    {
        writer.Committed -= Look;
        await ending.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
        connection.Dispose();
        ending.Dispose();
        wake.Dispose();
    }
}
