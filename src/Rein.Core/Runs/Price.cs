using System.Collections.Immutable;
using Rein.Core.Definitions;

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
    static readonly Price Nothing = new(0);

    public static PriceList Usual { get; } = new(ImmutableDictionary<string, Price>.Empty, Price.Usual);

    /// <summary>What the server does for its own sake costs nobody anything.</summary>
    public Price Of(string kind) => kind == KindCatalog.Drill ? Nothing : kinds.GetValueOrDefault(kind, usual);
}
