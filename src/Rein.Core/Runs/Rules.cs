namespace Rein.Core.Runs;

/// <summary>The bounds every decision of one server keeps. They are settings, checked at start, and not part of a run.</summary>
/// <param name="ProofWindow">Time for kill, look-again and report after the grace, before the server closes what is open.</param>
/// <param name="CleanUpBudget">How long the `finally` steps of a run may take altogether.</param>
/// <param name="MaxGrace">The longest grace a request is given.</param>
public sealed record Rules(TimeSpan ProofWindow, TimeSpan CleanUpBudget, TimeSpan MaxGrace)
{
    public static Rules Default { get; } = new(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(60), TimeSpan.FromHours(1));

    public PriceList Prices { get; init; } = PriceList.Usual;

    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromSeconds(10);
}
