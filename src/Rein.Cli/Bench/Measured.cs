namespace Rein.Cli.Bench;

/// <summary>One thing that was measured, and what it was meant to be.</summary>
/// <param name="Goal">In words; null where there is none.</param>
/// <param name="IsMet">Null where there is no goal.</param>
sealed record Measured(string Name, string? Goal, bool? IsMet)
{
    public IReadOnlyList<Histogram> Stages { get; init; } = [];

    /// <summary>Figures that are no durations, with their unit.</summary>
    public IReadOnlyList<(string Name, double Value, string Unit)> Figures { get; init; } = [];
}
