using System.Globalization;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>Times that something took.</summary>
static class Durations
{
    const int Decimals = 4;

    public static decimal Seconds(TimeSpan time) => Round(time.Ticks / (decimal)TimeSpan.TicksPerSecond);

    public static decimal Round(decimal number) => Math.Round(number, Decimals, MidpointRounding.AwayFromZero);

    /// <summary><c>0:00:50.183300</c>; days stand before it, and no fraction where there is none.</summary>
    public static string Text(TimeSpan time)
    {
        var micros = time.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000;
        var days = time.Days switch { 0 => "", 1 => "1 day, ", var many => string.Create(CultureInfo.InvariantCulture, $"{many} days, ") };
        var fraction = micros == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{micros:000000}");
        return string.Create(CultureInfo.InvariantCulture, $"{days}{time.Hours}:{time.Minutes:00}:{time.Seconds:00}{fraction}");
    }

    public static string Text(decimal seconds) => Text(TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)));
}
