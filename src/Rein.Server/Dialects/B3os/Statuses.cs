using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.B3os;

/// <summary>How runs and their nodes are.</summary>
static class Statuses
{
    public const string Running = "running";
    public const string Waiting = "waiting";
    public const string Success = "success";
    public const string Failure = "failure";
    public const string Cancelled = "cancelled";

    /// <summary>Of a newer document than ours: no run reads so, and a list of such runs is empty.</summary>
    public const string Partial = "partial";

    public static IReadOnlyDictionary<string, StatusFilter> Filters { get; } = new Dictionary<string, StatusFilter>(StringComparer.Ordinal)
    {
        [Running] = new([RunState.Queued, RunState.Running]),
        [Waiting] = new([RunState.Waiting]),
        [Success] = new([], true),
        [Failure] = new([], false),
        [Cancelled] = new([RunState.Stopped]),
        [Partial] = new([], IsEmpty: true),
    };

    public static string Of(Run run) => Of(run.State, run.Cause);

    public static string Of(RunState state, Cause? cause) => state switch
    {
        RunState.Queued or RunState.Running => Running,
        RunState.Waiting => Waiting,
        RunState.Succeeded when cause is not Cause.Partial => Success,
        RunState.Stopped => Cancelled,
        _ => Failure,
    };

    public static string Of(StepState state) => state switch
    {
        StepState.Pending or StepState.Ready => "pending",
        StepState.Active => Running,
        StepState.Waiting => Waiting,
        StepState.Succeeded => Success,
        StepState.Failed => Failure,
        StepState.Skipped => "skipped",
        _ => Cancelled,
    };
}

/// <summary>Which runs read so.</summary>
readonly record struct StatusFilter(RunState[] States, bool? IsWhole = null, bool IsEmpty = false)
{
    public RunFilter Of(RunFilter filter) => filter with { States = [.. States], IsWhole = IsWhole };
}
