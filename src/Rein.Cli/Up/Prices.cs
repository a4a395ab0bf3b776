using System.Collections.Immutable;
using System.Globalization;
using Rein.Core.Runs;

namespace Rein.Cli.Up;

/// <summary>What was said with `--price`; several may stand in one, with commas.</summary>
static class Prices
{
    const string Others = "*";

    /// <exception cref="CommandException">One of them cannot be read, or is said twice.</exception>
    public static PriceList Parse(IReadOnlyList<string> said)
    {
        var seconds = new Dictionary<string, long>(StringComparer.Ordinal);
        var attempts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in said.SelectMany(list => list.Split(',')))
        {
            var (kind, amount, isPerAttempt) = Read(text);
            if (!(isPerAttempt ? attempts : seconds).TryAdd(kind, amount))
                throw new CommandException(ExitCode.BadUsage, $"--price says twice what {kind} costs.");
        }
        var usual = PriceOf(Others, Price.Usual.PerSecond);
        var kinds = seconds.Keys.Union(attempts.Keys).Where(kind => kind != Others);
        return new(kinds.ToImmutableDictionary(kind => kind, kind => PriceOf(kind, usual.PerSecond)), usual);

        Price PriceOf(string kind, long perSecond) => new(seconds.GetValueOrDefault(kind, perSecond), attempts.GetValueOrDefault(kind));
    }

    static (string Kind, long Amount, bool IsPerAttempt) Read(string text)
    {
        if (text.Split('=', 2) is [{ Length: > 0 } kind, var rest]
            && rest.Split('/', 2) is [var number, ..] parts
            && (parts is [_] or [_, "second" or "attempt"])
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var credits)
            && Credit.From(credits) is { } micros)
            return (kind, micros, parts is [_, "attempt"]);
        throw new CommandException(
            ExitCode.BadUsage, $"--price {text} is not KIND=CREDITS, KIND=CREDITS/second or KIND=CREDITS/attempt; credits are 0 to 1000000000, with at most 6 decimals.");
    }
}
