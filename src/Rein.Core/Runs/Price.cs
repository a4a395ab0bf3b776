using System.Collections.Immutable;

namespace Rein.Core.Runs;

/// <summary>What an attempt costs by itself, beside what its handler reports. In micro-credits.</summary>
/// <param name="PerSecond">For every second that it executes.</param>
/// <param name="PerAttempt">For its beginning.</param>
public sealed record Price(long PerSecond, long PerAttempt = 0)
{
    /// <summary>A credit for a second.</summary>
    public static Price Usual { get; } = new(Credit.One);
}

/// <summary>The prices of one server, by kind.</summary>
public sealed class PriceList(ImmutableDictionary<string, Price> kinds, Price usual)
{
    public static PriceList Usual { get; } = new(ImmutableDictionary<string, Price>.Empty, Price.Usual);

    public Price Of(string kind) => kinds.GetValueOrDefault(kind, usual);
}
