namespace Rein.Protocol.Workers;

/// <summary>One try at a step, as frames and reports name it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Step">The step's id within the run.</param>
/// <param name="Fence">Grows with every attempt of the run; a report with an old one is refused.</param>
public readonly record struct AttemptRef(Guid Run, string Step, long Fence);
