using Rein.Core.Stores;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>
/// Keeps the log short, off the writer. While writes go on, a passive pass never meets the end of the log, and the log would grow for
/// good: so what the pass has left, which is little, is copied in a moment in which nobody writes, and the next write begins the log anew.
/// </summary>
sealed class Checkpointer : IAsyncDisposable
{
    readonly string log;
    readonly long size;
    readonly Writer writer;
    readonly Connection connection;
    readonly SemaphoreSlim wake = new(0, 1);
    readonly CancellationTokenSource ending = new();
    readonly Task work;
    int commits;

    public Checkpointer(string file, Writer writer, long size)
    {
        log = file + "-wal";
        this.size = size;
        this.writer = writer;
        connection = Connection.OpenCheckpointer(file);
        writer.Committed += Look;
        work = Task.Run(Work);
    }

    /// <summary>Called by the writer after each commit; looks at the file only now and then, because that is a system call.</summary>
    void Look()
    {
        if ((++commits & 15) == 0 && wake.CurrentCount == 0 && new FileInfo(log) is { Exists: true } file && file.Length >= size)
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
            connection.Checkpoint();
            await writer.Pause(connection.Checkpoint, ending.Token).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // A full disk, say. Nothing is lost, the log stays; the commits that follow bring the next try.
        }
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
