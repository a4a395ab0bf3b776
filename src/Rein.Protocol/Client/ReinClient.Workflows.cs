using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>Saves a definition: a new version, or the latest one again where nothing differs.</summary>
    /// <param name="name">1 to 100 letters, digits, dots, dashes and underscores.</param>
    /// <param name="definition">The graph.</param>
    /// <param name="maxRunning">How many runs may be admitted at once; null for no limit.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>invalid_definition</c>: its errors name everything that is wrong.</exception>
    public Task<WorkflowDocument> SaveWorkflow(string name, JsonElement definition, int? maxRunning = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Put,
            $"/v1/workflows/{Escape(name)}",
            new() { Definition = definition, MaxRunning = maxRunning },
            ProtocolJson.Default.SaveWorkflowRequest,
            ProtocolJson.Default.WorkflowDocument,
            cancel);

    /// <summary>A page of workflows, by name.</summary>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<WorkflowList> ListWorkflows(string? cursor = null, int limit = 50, CancellationToken cancel = default) =>
        Get(new QueryText("/v1/workflows").With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.WorkflowList, cancel);

    /// <summary>A version of a workflow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Null for the latest.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<WorkflowDocument> ReadWorkflow(string name, int? version = null, CancellationToken cancel = default) =>
        Get(new QueryText($"/v1/workflows/{Escape(name)}").With("version", version).ToString(), ProtocolJson.Default.WorkflowDocument, cancel);

    /// <summary>Starts a run of the latest version of a workflow.</summary>
    /// <param name="workflow">Its name.</param>
    /// <param name="start">What to start it with; null for nothing.</param>
    /// <param name="idempotencyKey">1 to 200 visible ASCII characters: makes the start safe to repeat for 24 hours.</param>
    /// <param name="cancel">Gives up waiting for the answer; the run may start nevertheless.</param>
    /// <exception cref="ReinException"><c>workflow_not_found</c>, <c>invalid_input</c>, <c>limit_full</c>, <c>idempotency_key_reused</c>, <c>busy</c>.</exception>
    public Task<RunDocument> Start(
        string workflow, StartRunRequest? start = null, string? idempotencyKey = null, CancellationToken cancel = default) =>
        StartAt($"/v1/workflows/{Escape(workflow)}/runs", start, idempotencyKey, cancel);

    /// <summary>Starts a run of a definition that is not saved.</summary>
    /// <param name="start">With <see cref="StartRunRequest.Definition"/>.</param>
    /// <param name="idempotencyKey">As with a workflow.</param>
    /// <param name="cancel">Gives up waiting for the answer; the run may start nevertheless.</param>
    public Task<RunDocument> StartInline(StartRunRequest start, string? idempotencyKey = null, CancellationToken cancel = default) =>
        StartAt("/v1/runs", start, idempotencyKey, cancel);

    /// <summary>Starts a run that repeats an ended one, of the same definition, with the same input: <see cref="RunDocument.SourceRunId"/> names that one.</summary>
    /// <param name="run">The run that has ended.</param>
    /// <param name="from"><c>failure</c>, if null; <c>checkpoint</c> or <c>start</c>.</param>
    /// <param name="idempotencyKey">As with a workflow.</param>
    /// <param name="cancel">Gives up waiting for the answer; the run may start nevertheless.</param>
    /// <exception cref="ReinException"><c>run_not_ended</c>; <c>nothing_to_retry</c>: all of it has succeeded; <c>no_checkpoint</c>; <c>retry_too_large</c>.</exception>
    public Task<RunDocument> Retry(Guid run, string? from = null, string? idempotencyKey = null, CancellationToken cancel = default) =>
        StartAt($"/v1/runs/{run}/retry", new() { From = from }, ProtocolJson.Default.RetryRunRequest, idempotencyKey, cancel);

    Task<RunDocument> StartAt(string path, StartRunRequest? start, string? idempotencyKey, CancellationToken cancel) =>
        StartAt(path, start ?? new(), ProtocolJson.Default.StartRunRequest, idempotencyKey, cancel);

    Task<RunDocument> StartAt<TBody>(string path, TBody body, JsonTypeInfo<TBody> type, string? idempotencyKey, CancellationToken cancel)
    {
        var request = With(new(HttpMethod.Post, path), body, type);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return Send(request, ProtocolJson.Default.RunDocument, cancel);
    }

    /// <summary>Starts up to 1,000 runs of the latest version of a workflow in one transaction.</summary>
    /// <param name="workflow">Its name.</param>
    /// <param name="starts">What to start each with.</param>
    /// <param name="idempotencyKey">Stands for each of the starts at its place.</param>
    /// <param name="cancel">Gives up waiting for the answer; the runs may start nevertheless.</param>
    public Task<StartRunsReply> StartBatch(
        string workflow, IReadOnlyList<StartRunRequest> starts, string? idempotencyKey = null, CancellationToken cancel = default)
    {
        var request = With(
            new(HttpMethod.Post, $"/v1/workflows/{Escape(workflow)}/runs:batch"), new() { Runs = starts }, ProtocolJson.Default.StartRunsRequest);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return Send(request, ProtocolJson.Default.StartRunsReply, cancel);
    }
}
