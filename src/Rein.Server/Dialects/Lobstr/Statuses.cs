using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>How runs and their tasks are, and why.</summary>
static class Statuses
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Uploading = "uploading";
    public const string Paused = "paused";
    public const string Aborted = "aborted";
    public const string Done = "done";
    public const string Error = "error";

    /// <param name="export">How the export of an ended run is; it uploads while that is due.</param>
    public static string Of(Run run, ExportState? export) => run switch
    {
        { HasEnded: true } when export is ExportState.Due => Uploading,
        { HasEnded: true } => OfEnded(run),
        { IsBlocked: true } or { State: RunState.Queued } => Pending,
        { State: RunState.Waiting } => Paused,
        _ => Running,
    };

    static string OfEnded(Run run) => run.State is RunState.Succeeded ? Done : run.IsAborted() ? Aborted : Error;

    /// <summary>Somebody has stopped it before it was over, the first to ask or not; of whatever else stops runs, theirs says another word.</summary>
    public static bool IsAborted(this Run run) =>
        run.State is RunState.Stopped && (run.Stop is { } wish ? wish.WasByHand() : run.Cause is Cause.Manual or Cause.Panic);

    /// <summary>Null until it has ended. The words are those of their tables; where several fit none, the nearest.</summary>
    public static string? ReasonOf(Run run) => run switch
    {
        { HasEnded: false } => null,
        { State: RunState.Succeeded } => "tasks_done",
        { State: RunState.Failed } => "error",
        _ when run.IsAborted() => "aborted",
        _ => run.Cause switch
        {
            Cause.Budget => "no_credits_left",
            Cause.Deadline => "limit_exceeded",
            Cause.QueueTtl => "slots_limit_exceeded",
            _ => "deactivated",
        },
    };

    /// <summary>Why, in words, where somebody or something has said so.</summary>
    public static string? WordsOf(Run run) => run switch
    {
        { HasEnded: false } => null,
        { State: RunState.Failed } => run.Error,
        { State: RunState.Stopped, Stop: { Reason.Length: > 0 } stop } => stop.Reason,
        { State: RunState.Stopped } when !run.IsAborted() => $"It was stopped: {Names.Of(run.Cause)}.",
        { Cause: Cause.Partial } => "Some of it has failed.",
        _ => null,
    };

    /// <summary>Of a task in a run; one that was never begun has no step.</summary>
    public static string OfTask(Step? step, Run run) => step?.State switch
    {
        null => run.HasEnded ? Aborted : Pending,
        StepState.Pending or StepState.Ready => run.HasEnded ? Aborted : Pending,
        StepState.Active => Running,
        StepState.Waiting => Paused,
        StepState.Succeeded or StepState.Skipped => Done,
        StepState.Failed => Error,
        _ => Aborted,
    };

    public static string? ReasonOfTask(string status, Run run) => status switch
    {
        Done => "tasks_done",
        Error => "error",
        Aborted => run.IsAborted() ? "run_aborted" : ReasonOf(run),
        _ => null,
    };
}
