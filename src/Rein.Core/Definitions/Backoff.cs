namespace Rein.Core.Definitions;

/// <summary>How long a failed step waits before its next try. Written in seconds, as
/// <c>backoff: { initialSeconds, factor, maxSeconds, jitter }</c>, each with the default below.</summary>
/// <param name="Initial">Before the second try: 0 to 86,400 s, default 1 s.</param>
/// <param name="Factor">From one wait to the next: 1 to 10, default 2.</param>
/// <param name="Max">No wait is longer: 0 to 86,400 s, default 300 s.</param>
/// <param name="Jitter">The share of a wait that chance may take away: 0 to 1, default 0.2.</param>
public sealed record Backoff(TimeSpan Initial, double Factor, TimeSpan Max, double Jitter)
{
    public static Backoff Default { get; } = new(TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(5), 0.2);

    /// <param name="failedTry">The try that has just failed, counted from 1.</param>
    /// <param name="chance">From 0 (the whole wait) to 1 (the jitter taken off): handed in, so that deciding stays pure.</param>
    public TimeSpan After(int failedTry, double chance)
    {
        var grown = Initial.TotalSeconds * Math.Pow(Factor, Math.Max(0, failedTry - 1));
        return TimeSpan.FromSeconds(Math.Min(grown, Max.TotalSeconds) * (1 - (Jitter * Math.Clamp(chance, 0, 1))));
    }
}
