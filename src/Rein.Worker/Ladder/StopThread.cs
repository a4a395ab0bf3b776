using System.Diagnostics;

namespace Rein.Worker.Ladder;

/// <summary>
/// The one thread on which every ladder of a worker climbs and every look is taken. It belongs to no pool: code that blocks every pool
/// thread, which is what one wants to stop, cannot keep a ladder from climbing. State that only this thread touches needs no lock.
/// </summary>
public sealed class StopThread : SynchronizationContext, IDisposable
{
    readonly Queue<(SendOrPostCallback Run, object? State)> _ready = new();
    readonly PriorityQueue<TaskCompletionSource, long> _pauses = new();
    readonly object _gate = new();
    readonly Thread _thread;
    bool _ended;

    /// <summary>Starts the thread; it ends with <see cref="Dispose"/>.</summary>
    public StopThread()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "rein ladders" };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="d"/> on the thread, in order. Safe from anywhere, returns at once.</summary>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _ready.Enqueue((d, state));
            Monitor.Pulse(_gate);
        }
    }

    internal void Post(Action action) => Post(static state => ((Action)state!)(), action);

    /// <summary>Begins asynchronous work on the thread; what it awaits comes back here.</summary>
    internal Task<T> Run<T>(Func<Task<T>> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async () =>
        {
            try
            {
                result.SetResult(await work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    /// <summary>Waits in real time, without a timer of the pool.</summary>
    internal Task Pause(TimeSpan length)
    {
        var pause = new TaskCompletionSource();
        lock (_gate)
        {
            _pauses.Enqueue(pause, Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency));
            // Asked for by somebody else, it may be due before what the thread waits for.
            if (Thread.CurrentThread != _thread) Monitor.Pulse(_gate);
        }

        return pause.Task;
    }

    void Loop()
    {
        SetSynchronizationContext(this);
        while (Next() is { } next)
        {
            if (next.Pause is { } pause) pause.SetResult();
            else next.Run!(next.State);
        }
    }

    (TaskCompletionSource? Pause, SendOrPostCallback? Run, object? State)? Next()
    {
        lock (_gate)
        {
            while (!_ended)
            {
                var wait = Timeout.Infinite;
                if (_pauses.TryPeek(out var pause, out var due))
                {
                    var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                    if (left <= TimeSpan.Zero) return (_pauses.Dequeue(), null, null);
                    wait = (int)Math.Min(int.MaxValue, Math.Ceiling(left.TotalMilliseconds));
                }

                if (_ready.TryDequeue(out var ready)) return (null, ready.Run, ready.State);
                Monitor.Wait(_gate, wait);
            }

            return null;
        }
    }

    /// <summary>Ends the thread; ladders that still climb stay where they are.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread) _thread.Join();
    }
}
