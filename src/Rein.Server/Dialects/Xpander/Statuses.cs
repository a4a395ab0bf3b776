using Rein.Core.Runs;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.Xpander;

/// <summary>How runs are, in their seven words, and in ours (`internal_status`).</summary>
static class Statuses
{
    public const string Pending = "pending";
    public const string Executing = "executing";
    public const string Paused = "paused";
    public const string Error = "error";
    public const string Failed = "failed";
    public const string Completed = "completed";
    public const string Stopped = "stopped";

    /// <summary>All of them.</summary>
    public const string Words = $"{Pending} {Executing} {Paused} {Error} {Failed} {Completed} {Stopped}";

    public static IReadOnlyDictionary<string, StatusFilter> Filters { get; } = new Dictionary<string, StatusFilter>(StringComparer.Ordinal)
    {
        [Pending] = new(Pending, RunState.Queued),
        [Executing] = new(Executing, RunState.Running),
        [Paused] = new(Paused, RunState.Waiting),
        [Error] = new(Error, RunState.Failed),
        [Failed] = new(Failed, RunState.Failed),
        [Completed] = new(Completed, RunState.Succeeded),
        [Stopped] = new(Stopped, RunState.Stopped),
    };

    /// <param name="said">What its worker has said that it ended as; null where none has.</param>
    public static string Of(Run run, string? said) => run.State switch
    {
        RunState.Queued => Pending,
        RunState.Running => Executing,
        RunState.Waiting => Paused,
        RunState.Succeeded => Completed,
        RunState.Stopped => Stopped,
        // Not what was executed is to blame, but what executed it.
        _ => run.Cause is Cause.WorkerLost || said is Error ? Error : Failed,
    };

    public static string Inner(Run run) => run switch
    {
        { HasEnded: true, Cause: { } cause } => Names.Of(cause),
        { IsStopping: true } => "stopping",
        { IsCleaningUp: true } => "cleaning_up",
        { IsBlocked: true } => "blocked",
        { Pause: not null, State: RunState.Waiting } => "held",
        _ => Names.Of(run.State),
    };

    /// <summary>The states in which a run may read so, in our words.</summary>
    public static IReadOnlyList<RunState> StatesOf(string inner) => inner.ToLowerInvariant() switch
    {
        "stopping" or "cleaning_up" => [RunState.Queued, RunState.Running, RunState.Waiting],
        "blocked" => [RunState.Queued],
        "held" => [RunState.Waiting],
        "completed" => [RunState.Succeeded],
        "partial" => [RunState.Succeeded, RunState.Failed],
        "error" or "worker_lost" => [RunState.Failed],
        var word when s_stops.Contains(word) => [RunState.Stopped],
        var word => [.. s_living.Where(state => Names.Of(state) == word)],
    };

    static readonly HashSet<string> s_stops = [.. Enum.GetValues<StopOrigin>().Select(origin => Names.Of(origin))];
    static readonly RunState[] s_living = [RunState.Queued, RunState.Running, RunState.Waiting];

    /// <summary>Somebody has called stop, or wanted everything to be still, before it was over; the first to ask or not.</summary>
    public static bool IsManual(Run run) => run.Stop?.WasByHand() is true;
}

/// <summary>Which runs read so.</summary>
readonly record struct StatusFilter(string Status, RunState State);
