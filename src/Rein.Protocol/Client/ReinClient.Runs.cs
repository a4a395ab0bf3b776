namespace Rein.Protocol;

/// <summary>Which runs to list. Everything that is given must hold.</summary>
public sealed record RunQuery
{
    /// <summary>Any of these states.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Those that are stopping, or those that are not.</summary>
    public bool? Stopping { get; init; }

    /// <summary>The workflow's name.</summary>
    public string? Workflow { get; init; }

    /// <summary><c>NAME=VALUE</c>.</summary>
    public string? Label { get; init; }

    /// <summary>From the page before; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>1 to 500.</summary>
    public int Limit { get; init; } = 50;
}

public sealed partial class ReinClient
{
    /// <summary>A page of runs, newest first.</summary>
    /// <param name="query">Which; null for all.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<RunList> ListRuns(RunQuery? query = null, CancellationToken cancel = default)
    {
        query ??= new();
        var path = new QueryText("/v1/runs")
            .With("state", query.States.Count == 0 ? null : string.Join(',', query.States))
            .With("stopping", query.Stopping)
            .With("workflow", query.Workflow)
            .With("label", query.Label)
            .With("cursor", query.Cursor)
            .With("limit", query.Limit);
        return Get(path.ToString(), ProtocolJson.Default.RunList, cancel);
    }

    /// <summary>A run, with its first 200 steps.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="wait">Waits for a change, at most 60 s; null does not wait.</param>
    /// <param name="revision">The revision to wait beyond; null for the one it has now.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<RunDocument> ReadRun(Guid run, TimeSpan? wait = null, long? revision = null, CancellationToken cancel = default) =>
        Get(new QueryText($"/v1/runs/{run}").Wait(wait).With("revision", revision).ToString(), ProtocolJson.Default.RunDocument, cancel);

    /// <summary>A page of a run's steps, by id.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cursor">From the page before, or from the run; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="loop">A <c>for-each</c>: lists its iterations in their order, each with its steps, at least one whole iteration a page; null for all steps.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<StepList> ListSteps(Guid run, string? cursor = null, int limit = 200, string? loop = null, CancellationToken cancel = default) =>
        Get(new QueryText($"/v1/runs/{run}/steps").With("loop", loop).With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.StepList, cancel);

    /// <summary>Wants a run to end. When this returns, the wish is durable; a run that has ended already answers <c>already_ended</c>.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="stop">How; null for the defaults.</param>
    /// <param name="wait">Waits until it is proved that nothing of it executes any more, at most 60 s; see <see cref="StopReply.IsGone"/>.</param>
    /// <param name="cancel">Gives up waiting for the answer; the run is stopped nevertheless.</param>
    /// <exception cref="ReinException"><c>run_not_found</c>.</exception>
    public Task<StopReply> Stop(Guid run, StopRunRequest? stop = null, TimeSpan? wait = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            new QueryText($"/v1/runs/{run}/stop").Wait(wait).ToString(),
            stop ?? new(),
            ProtocolJson.Default.StopRunRequest,
            ProtocolJson.Default.StopReply,
            cancel);

    /// <summary>The account of a run's stop, and why it is not over yet.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>not_stopped</c>: nobody has asked to stop it.</exception>
    public Task<ReceiptDocument> ReadReceipt(Guid run, CancellationToken cancel = default) =>
        Get($"/v1/runs/{run}/stop", ProtocolJson.Default.ReceiptDocument, cancel);

    /// <summary>Nothing new of a run is handed out; what executes goes on.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>run_ended</c>, <c>run_stopping</c>.</exception>
    public Task<RunDocument> Pause(Guid run, string? reason = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            $"/v1/runs/{run}/pause",
            new() { Reason = reason },
            ProtocolJson.Default.PauseRunRequest,
            ProtocolJson.Default.RunDocument,
            cancel);

    /// <summary>Ends a pause.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>run_ended</c>, <c>run_stopping</c>.</exception>
    public Task<RunDocument> Resume(Guid run, CancellationToken cancel = default) =>
        Send(new(HttpMethod.Post, $"/v1/runs/{run}/resume"), ProtocolJson.Default.RunDocument, cancel);
}
