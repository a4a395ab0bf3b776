using System.Globalization;

namespace Rein.Cli;

/// <summary>How long something opens, or is kept, as people say it: 90s, 15m, 12h, 30d.</summary>
static class Lifetimes
{
    const double Decade = 315_360_000;

    /// <param name="longest">In seconds, not included.</param>
    public static TimeSpan? Parse(string? text, string option, double longest = Decade)
    {
        if (text is null)
            return null;
        return text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && Unit(text[^1]) is { } unit && number * unit < longest
            ? TimeSpan.FromSeconds(number * unit)
            : throw new CommandException(ExitCode.BadUsage, $"{option} {text} is no time like 90s, 15m, 12h or 30d.");
    }

    static double? Unit(char letter) => letter switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => null,
    };
}
