using Rein.Cli.Up;
using Rein.Core.Runs;

namespace Rein.System.Tests.Usage;

public sealed class PriceTests
{
    [Theory]
    [InlineData("process", 1_000_000, 0)]
    [InlineData("process", 500_000, 0, "process=0.5")]
    [InlineData("process", 500_000, 0, "process=0.5/second")]
    [InlineData("process", 1_000_000, 20_000, "process=0.02/attempt")]
    [InlineData("process", 0, 20_000, "process=0", "process=0.02/attempt")]
    [InlineData("agent", 250_000, 0, "process=2", "*=0.25")]
    [InlineData("agent", 250_000, 10_000, "process=2,agent=0.25,agent=0.01/attempt")]
    [InlineData("agent", 250_000, 1_000_000, "*=0.25", "agent=1/attempt")]
    [InlineData("agent", 1_000_000, 3_000_000, "*=3/attempt")]
    public void A_kind_costs_what_was_said_of_it_or_of_all_others(string kind, long perSecond, long perAttempt, params string[] said) =>
        Assert.Equal(new Price(perSecond, perAttempt), Prices.Parse(said).Of(kind));
}
