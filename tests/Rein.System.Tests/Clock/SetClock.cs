namespace Rein.System.Tests.Clock;

/// <summary>The machine's clock, set forward or back by a test. Durations and timers are not, as on a machine.</summary>
sealed class SetClock : TimeProvider
{
    long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref ahead));

    public void Set(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}
