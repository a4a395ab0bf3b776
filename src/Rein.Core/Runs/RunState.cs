namespace Rein.Core.Runs;

/// <summary>What a run is doing. Derived from its counters (<see cref="Run.DeriveState"/>), never chosen.</summary>
public enum RunState
{
    /// <summary>Nothing of the run was handed out or decided after its root.</summary>
    Queued,

    /// <summary>An attempt is active or a step is ready.</summary>
    Running,

    /// <summary>Only a timer, event, approval, child, retry time or resume can move it.</summary>
    Waiting,

    Succeeded,
    Failed,
    Stopped,
}
