namespace Rein.Server.Access;

/// <summary>
/// A token bucket in one number, the moment at which it would be full again, so that taking from it is one exchange and no lock. It holds
/// what comes in a second, and ten at least.
/// </summary>
sealed class Bucket(double perSecond, long ticksPerSecond)
{
    const double Least = 10;

    readonly long interval = Math.Max(1, (long)(ticksPerSecond / perSecond));
    readonly double depth = Math.Max(Least, perSecond);
    long fullAt;

    public double PerSecond => perSecond;

    /// <summary>How many it holds when it is full.</summary>
    public int Depth => (int)depth;

    /// <param name="now">Of the clock whose ticks were given.</param>
    /// <param name="wait">When it was empty: how long until there is one again.</param>
    public bool TryTake(long now, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var next = Math.Max(seen, now) + interval;
            var tooFar = next - now - (long)(interval * depth);
            if (tooFar > 0)
            {
                wait = TimeSpan.FromSeconds((double)tooFar / ticksPerSecond);
                return false;
            }
            if (Interlocked.CompareExchange(ref fullAt, next, seen) == seen)
                return true;
        }
    }

    /// <summary>How many could be taken at once, and how long it is until it is full again. Takes none.</summary>
    public (int Left, TimeSpan UntilFull) Look(long now)
    {
        var taken = Math.Max(0, Volatile.Read(ref fullAt) - now);
        return (Math.Max(0, (int)Math.Floor(depth - (double)taken / interval)), TimeSpan.FromSeconds((double)taken / ticksPerSecond));
    }

    /// <summary>One that is full says nothing that a new one would not.</summary>
    public bool IsFull(long now) => Volatile.Read(ref fullAt) <= now;
}
