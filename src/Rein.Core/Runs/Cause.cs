namespace Rein.Core.Runs;

/// <summary>Why a run ended. The values after <see cref="WorkerLost"/> are the origins of a stop, in the order of <see cref="StopOrigin"/>.</summary>
public enum Cause
{
    Completed,
    Partial,
    Error,
    WorkerLost,
    Manual,
    Parent,
    Superseded,
    Deadline,
    QueueTtl,
    Budget,
    Panic,
    Policy,
}
