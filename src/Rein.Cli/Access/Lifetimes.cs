using System.Globalization;

namespace Rein.Cli.Access;

/// <summary>How long something opens, as people say it: 90s, 15m, 12h, 30d.</summary>
static class Lifetimes
{
    public static TimeSpan? Parse(string? text, string option)
    {
        if (text is null)
            return null;
        return text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && Unit(text[^1]) is { } unit && number * unit < 315_360_000
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
