namespace Rein.Steps.Scripts;

/// <summary>
/// Interpreters that were started before they are wanted, each for one use. It is filled up after each use, and lets all of them go when nobody has wanted
/// one for a while.
/// </summary>
/// <param name="keep">How many wait, at least 0.</param>
/// <param name="start">Starts one and returns when it waits for its script; null where that fails: then none is tried until the next is taken.</param>
sealed class WarmPool(int keep, Func<CancellationToken, Task<Interpreter?>> start, TimeProvider time) : IAsyncDisposable
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    /// <summary>How long the next interpreter lets a script that has just begun have the processor.</summary>
    static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it waits behind the end of a script, whose report and its commit want the processors as well.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    readonly Lock gate = new();
    readonly Queue<Interpreter> spares = [];
    readonly CancellationTokenSource over = new();
    ITimer? idle;
    Task filling = Task.CompletedTask;
    bool hasEnded;

    /// <summary>How many wait now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return spares.Count;
        }
    }

    /// <summary>Completes when it is as full as it gets by itself.</summary>
    public Task Filled
    {
        get
        {
            lock (gate)
                return filling;
        }
    }

    /// <returns>The one that has waited longest; null where none does.</returns>
    public Interpreter? Take()
    {
        lock (gate)
            return TakeAlive_NeedsLock();
    }

    /// <summary>Fills it up, when a script that was just begun has ended or a moment has passed: it takes as long to begin as many scripts to end.</summary>
    public void Refill(Task hasEndedBefore)
    {
        lock (gate)
        {
            if (hasEnded || keep == 0)
                return;
            idle ??= time.CreateTimer(_ => LetGo(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            idle.Change(Idle, Timeout.InfiniteTimeSpan);
            if (filling.IsCompleted)
                filling = Task.Run(() => Fill(hasEndedBefore));
        }
    }

    Interpreter? TakeAlive_NeedsLock()
    {
        while (spares.TryDequeue(out var spare))
        {
            if (spare.IsAlive)
                return spare;
            _ = Task.Run(async () => await spare.DisposeAsync());
        }
        return null;
    }

    async Task Fill(Task hasEndedBefore)
    {
        await Task.WhenAny(hasEndedBefore, Task.Delay(Courtesy, time));
        await Task.Delay(Pause, time);
        while (Count < keep && await start(over.Token) is { } spare)
        {
            lock (gate)
                if (!hasEnded)
                {
                    spares.Enqueue(spare);
                    continue;
                }
            await spare.DisposeAsync();
            return;
        }
    }

    void LetGo()
    {
        foreach (var spare in Empty())
            _ = Task.Run(async () => await spare.DisposeAsync());
    }

    Interpreter[] Empty()
    {
        lock (gate)
        {
            Interpreter[] all = [.. spares];
            spares.Clear();
            return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (hasEnded)
                return;
            hasEnded = true;
        }
        await over.CancelAsync();
        await Filled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var spare in Empty())
            await spare.DisposeAsync();
        if (idle is not null)
            await idle.DisposeAsync();
        over.Dispose();
    }
}
