using System.Numerics;

namespace Rein.Cli.Bench;

/// <summary>Counts durations in buckets that grow with them: none is off by more than 3 %. Any number of threads may record.</summary>
sealed class Histogram(string name)
{
    const int SubBits = 5;
    const int Subs = 1 << SubBits;

    static readonly char[] Bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

    readonly long[] counts = new long[(64 - SubBits + 1) * Subs];
    long largest;

    public string Name => name;

    public long Count => counts.Sum();

    public TimeSpan Max => new(Volatile.Read(ref largest));

    public void Record(TimeSpan time)
    {
        var ticks = Math.Max(0, time.Ticks);
        Interlocked.Increment(ref counts[IndexOf(ticks)]);
        for (var seen = Volatile.Read(ref largest); ticks > seen;)
            seen = Interlocked.CompareExchange(ref largest, ticks, seen) is var now && now == seen ? ticks : now;
    }

    /// <summary>Everything that others have counted, under one name.</summary>
    public static Histogram Of(string name, IEnumerable<Histogram> parts)
    {
        var all = new Histogram(name);
        foreach (var part in parts)
        {
            for (var i = 0; i < all.counts.Length; i++)
                all.counts[i] += part.counts[i];
            all.largest = Math.Max(all.largest, part.largest);
        }
        return all;
    }

    public TimeSpan Percentile(double percent)
    {
        var wanted = (long)Math.Ceiling(Count * percent / 100);
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
            if ((seen += counts[i]) >= wanted && seen > 0)
                return new(Math.Min(UpperOf(i), Volatile.Read(ref largest)));
        return TimeSpan.Zero;
    }

    /// <summary>A bar for every power of two between the smallest and the largest.</summary>
    public (string Bars, TimeSpan From, TimeSpan To) Shape()
    {
        var powers = new long[65];
        for (var i = 0; i < counts.Length; i++)
            powers[PowerOf(UpperOf(i))] += counts[i];
        var (first, last) = (Array.FindIndex(powers, n => n > 0), Array.FindLastIndex(powers, n => n > 0));
        if (first < 0)
            return ("", TimeSpan.Zero, TimeSpan.Zero);
        var most = powers.Max();
        var bars = powers[first..(last + 1)].Select(n => n == 0 ? ' ' : Bars[(int)((n * (Bars.Length - 1) + most - 1) / most)]);
        return (string.Concat(bars), new(first == 0 ? 0 : 1L << (first - 1)), new(1L << last));
    }

    static int PowerOf(long ticks) => 64 - BitOperations.LeadingZeroCount((ulong)ticks);

    static int IndexOf(long ticks)
    {
        if (ticks < Subs)
            return (int)ticks;
        var shift = BitOperations.Log2((ulong)ticks) - SubBits;
        return ((shift + 1) * Subs) + (int)(ticks >> shift) - Subs;
    }

    static long UpperOf(int index)
    {
        if (index < Subs)
            return index;
        var shift = (index / Subs) - 1;
        return ((long)((index % Subs) + Subs + 1) << shift) - 1;
    }
}
