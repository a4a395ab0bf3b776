using System.Globalization;

namespace Rein.Cli.Runs;

/// <summary>Times as the API writes them: `10s`, `500ms`, or a number of seconds.</summary>
static class Waits
{
    public static TimeSpan Parse(string text)
    {
        var isMillis = text.EndsWith("ms", StringComparison.Ordinal);
        var number = isMillis ? text[..^2] : text.EndsWith('s') ? text[..^1] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && (isMillis ? value / 1000 : value) is >= 0 and <= 60 and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandException(ExitCode.BadUsage, $"--wait {text} is no time like 10s or 500ms, at most 60s.");
    }
}
