namespace Rein.Storage.Rows;

/// <summary>Times and durations as both dialects keep them: whole microseconds.</summary>
static class Micros
{
    public static long ToMicros(this DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    public static long? ToMicros(this DateTimeOffset? time) => time?.ToMicros();
    public static long ToMicros(this TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
    public static DateTimeOffset ToTime(long micros) => new(DateTime.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    public static TimeSpan ToDuration(long micros) => new(micros * TimeSpan.TicksPerMicrosecond);
}
