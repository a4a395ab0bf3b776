namespace Rein.System.Tests.Host;

/// <summary>Stands still until it is moved.</summary>
sealed class ManualClock : TimeProvider
{
    TimeSpan passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => passed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(60) + passed;

    public void Move(TimeSpan by) => passed += by;
}
