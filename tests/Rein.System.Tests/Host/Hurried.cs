namespace Rein.System.Tests.Host;

/// <summary>Its pauses are short: a minute there is three seconds here.</summary>
sealed class Hurried : TimeProvider
{
    const int Times = 20;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

    static TimeSpan Shorter(TimeSpan time) => time > TimeSpan.Zero ? time / Times : time;
}
