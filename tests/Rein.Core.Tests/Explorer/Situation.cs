using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>A run's state together with the wishes that stand beside it: what a decision may depend on, as the documentation names it.</summary>
public enum Situation
{
    Blocked,
    Queued,
    Running,
    Waiting,
    Paused,
    Stopping,
    CleaningUp,
    Succeeded,
    Failed,
    Stopped,
}

static class Situations
{
    public static Situation Situation(this Run run) => run switch
    {
        { State: RunState.Succeeded } => Explorer.Situation.Succeeded,
        { State: RunState.Failed } => Explorer.Situation.Failed,
        { State: RunState.Stopped } => Explorer.Situation.Stopped,
        { IsCleaningUp: true } => Explorer.Situation.CleaningUp,
        { IsStopping: true } => Explorer.Situation.Stopping,
        { Pause: not null } => Explorer.Situation.Paused,
        { IsBlocked: true } => Explorer.Situation.Blocked,
        { State: RunState.Queued } => Explorer.Situation.Queued,
        { State: RunState.Running } => Explorer.Situation.Running,
        _ => Explorer.Situation.Waiting,
    };
}
