using Rein.Protocol.Workers;

namespace Rein.Worker.Ladder;

/// <summary>
/// Code that runs inside the worker. Asking it is to fire its token; nothing harder exists, so whoever ignores the token is reported as
/// left
/// <see cref="Patience"/> after the kill, and its capacity counts as lost until it returns.
/// </summary>
public sealed class StoppableHandler : IStoppable
{
    readonly TaskCompletionSource<Ending> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stop;
    readonly StopThread _thread;
    int _asked, _killed;

    /// <summary>How long after the kill a handler may take to return, for example because its process was just killed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="id">Names the attempt in a residual.</param>
    /// <param name="stop">Its token's source; it may be disposed once the handler has completed.</param>
    /// <param name="handler">Completes, in whatever way, when the code has returned.</param>
    /// <param name="thread">The worker's.</param>
    public StoppableHandler(string id, CancellationTokenSource stop, Task handler, StopThread thread)
    {
        Id = id;
        _stop = stop;
        _thread = thread;
        Cleared = handler;
        handler.ContinueWith(_ => _gone.TrySetResult(Ended()), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The kind that residuals name.</summary>
    public const string Residual = "handler";

    /// <inheritdoc/>
    public string Kind => Residual;

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public Task<Ending> Gone => _gone.Task;

    /// <inheritdoc/>
    public Task Cleared { get; }

    /// <inheritdoc/>
    public void Ask()
    {
        // Code that has returned was asked by nobody, though the news of its return may still wait for a thread.
        if (Cleared.IsCompleted || _gone.Task.IsCompleted || Interlocked.Exchange(ref _asked, 1) != 0) return;
        try
        {
            // The token reads as cancelled when this returns; callbacks, which are the attempt's own code, run elsewhere.
            _ = _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    /// <inheritdoc/>
    public void Kill()
    {
        Ask();
        if (Interlocked.Exchange(ref _killed, 1) == 0) _thread.Post(() => _ = GiveUpAsync());
    }

    async Task GiveUpAsync()
    {
        if (!Cleared.IsCompleted) await Task.WhenAny(Cleared, _thread.Pause(Patience));
        if (Cleared.IsCompleted)
        {
            _gone.TrySetResult(Ended());
            return;
        }

        var left = new Protocol.Workers.Residual(Kind, Id, "its code ignores the stop, and nothing can end code inside the worker");
        _gone.TrySetResult(Ended() with { Residuals = [left] });
    }

    Ending Ended() => Ending.ByItself with { Rung = Volatile.Read(ref _asked) == 0 ? null : Rung.Asked };
}
