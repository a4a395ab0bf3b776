namespace Rein.Server.Upkeep;

/// <summary>Wakes one loop, at once or at a time. Rings before the loop listens are kept; ten rings wake once.</summary>
sealed class Alarm(TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim rung = new(0, 1);
    long dueTicks = long.MaxValue;

    public void Ring()
    {
        if (rung.CurrentCount == 0)
            try
            {
                rung.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has rung in between: once is enough.
            }
    }

    /// <summary>Wakes the loop if it would sleep past <paramref name="due"/>.</summary>
    public void RingAt(DateTimeOffset due)
    {
        var ticks = due.UtcTicks;
        var known = Volatile.Read(ref dueTicks);
        while (ticks < known)
        {
            var seen = Interlocked.CompareExchange(ref dueTicks, ticks, known);
            if (seen == known)
            {
                Ring();
                return;
            }
            known = seen;
        }
    }

    /// <summary>Sleeps until it rings, or until <paramref name="due"/>, at most <paramref name="atMost"/>.</summary>
    public async Task Sleep(DateTimeOffset? due, TimeSpan atMost, CancellationToken stop)
    {
        Volatile.Write(ref dueTicks, due?.UtcTicks ?? long.MaxValue);
        var wait = due - time.GetUtcNow() ?? atMost;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < atMost ? wait : atMost;
        if (wait > TimeSpan.Zero)
            await rung.WaitAsync(wait, stop);
        // From here to the next sleep every due time rings: whoever is awake may have read the store already.
        Volatile.Write(ref dueTicks, long.MaxValue);
    }

    public void Dispose() => rung.Dispose();
}
