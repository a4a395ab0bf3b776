using System.Globalization;

namespace Rein.Core.Runs;

/// <summary>Amounts are whole micro-credits, a millionth of a credit: sums are exact, and nothing is rounded but what time comes to.</summary>
public static class Credit
{
    public const long One = 1_000_000;

    /// <summary>The most that one amount may be: a budget, a price, what one attempt may report. A thousand million credits.</summary>
    public const long Most = 1_000_000_000 * One;

    /// <summary>No sum goes beyond it, whatever was reported.</summary>
    const long Ceiling = long.MaxValue / 4;

    /// <summary>What a rate per second comes to over a time, rounded down.</summary>
    public static long Over(long rate, TimeSpan time) =>
        time <= TimeSpan.Zero ? 0 : (long)Int128.Min((Int128)rate * time.Ticks / TimeSpan.TicksPerSecond, Ceiling);

    /// <summary>The shortest time after which a rate has come to an amount; null when that is beyond all times.</summary>
    public static TimeSpan? Until(long amount, long rate)
    {
        if (rate <= 0)
            return null;
        var ticks = ((Int128)amount * TimeSpan.TicksPerSecond + rate - 1) / rate;
        return ticks <= TimeSpan.TicksPerDay * 36_500 ? new TimeSpan((long)ticks) : null;
    }

    public static long Plus(long amount, long more) => Math.Min(Ceiling, amount + more);

    /// <summary>Null where it is negative, more than <see cref="Most"/>, or finer than a micro-credit.</summary>
    public static long? From(decimal credits) =>
        credits is >= 0 and <= Most / One && credits * One is var micros && micros == decimal.Truncate(micros) ? (long)micros : null;

    public static decimal ToDecimal(long micros) => micros / (decimal)One;

    public static string ToText(long micros) => ToDecimal(micros).ToString("0.######", CultureInfo.InvariantCulture);
}
