namespace Rein.Core.Stores;

/// <summary>
/// The machine's clock, but never back. Where it is set back, this one goes on from what it had said last, somewhat slower than time passes, until the
/// other has caught up. Set forward, it is followed: a machine that slept has to be. Durations and timers are the machine's own.
/// </summary>
public sealed class SteadyTime(TimeProvider machine) : TimeProvider
{
    /// <summary>Nobody who waits notices a tenth, and a day is made up for in ten.</summary>
    const double PaceBehind = 0.9;

    /// <summary>What is less is how clocks are kept right, or how late a thread came.</summary>
    static readonly TimeSpan LeastLeap = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    DateTimeOffset latest = DateTimeOffset.MinValue;
    TimeSpan leapt;
    bool hasSaid;
    long at;

    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <summary>
    /// How far the clock was set forward, or the machine slept, since this life first said a time. What is kept for a while only is kept for so much longer: a day
    /// that may be a false one forgets nothing.
    /// </summary>
    public TimeSpan Leapt
    {
        get
        {
            lock (gate)
                return leapt;
        }
    }

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            var (said, stamp) = (machine.GetUtcNow(), machine.GetTimestamp());
            var passed = machine.GetElapsedTime(at, stamp);
            if (hasSaid && said - latest - passed is var leap && leap > LeastLeap)
                leapt += leap;
            latest = said >= latest ? said : latest + (passed * PaceBehind);
            (at, hasSaid) = (stamp, true);
            return latest;
        }
    }

    /// <summary>What was said in a former life is not gone back behind either.</summary>
    public void NeverBefore(DateTimeOffset moment)
    {
        lock (gate)
            if (moment > latest)
                (latest, at) = (moment, machine.GetTimestamp());
    }
}
