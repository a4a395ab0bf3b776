using Rein.Protocol.Workers;

namespace Rein.Worker.Ladder;

/// <summary>What a ladder reports: the proof fields of <c>ended</c> and of <c>prove</c>.</summary>
/// <param name="Rung">The furthest rung of all that was held; null when nothing had to be done, or when something is left.</param>
/// <param name="ExitCode">Of the first process that was held.</param>
/// <param name="Containment">The weakest that any of its processes had.</param>
/// <param name="Residuals">What is left; empty: everything is proved gone.</param>
/// <param name="Took">From the first call to proof, on the worker's monotonic clock.</param>
/// <param name="KilledAfter">From the first call to the moment the force was used; null when it was not.</param>
public sealed record LadderResult(
    Rung? Rung, int? ExitCode, Containment Containment, IReadOnlyList<Residual> Residuals, TimeSpan Took, TimeSpan? KilledAfter)
{
    internal LadderResult WithoutHandler() => this with { Residuals = [.. Residuals.Where(left => left.Kind != StoppableHandler.Residual)] };

    internal static LadderResult Of(IReadOnlyCollection<Ending> endings, TimeSpan took, TimeSpan? killedAfter)
    {
        var residuals = endings.SelectMany(ending => ending.Residuals).ToArray();
        var contained = endings.Select(ending => ending.Containment).Where(containment => containment != Containment.None);
        return new(
            residuals.Length > 0 ? null : endings.Max(ending => ending.Rung),
            endings.Select(ending => ending.ExitCode).FirstOrDefault(code => code is not null),
            contained.DefaultIfEmpty(Containment.None).Min(),
            residuals, took, killedAfter);
    }
}
