namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>A page of pools, by name: those that were set, that have workers, or that something waits for.</summary>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<PoolList> ListPools(string? cursor = null, int limit = 50, CancellationToken cancel = default) =>
        Get(new QueryText("/v1/pools").With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.PoolList, cancel);

    /// <summary>A pool and its sessions.</summary>
    /// <param name="pool">Its name; <c>default</c> for the pool of everything that names none.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>pool_not_found</c>.</exception>
    public Task<PoolDocument> ReadPool(string pool, CancellationToken cancel = default) =>
        Get($"/v1/pools/{Escape(pool)}", ProtocolJson.Default.PoolDocument, cancel);

    /// <summary>Sets how stops are tried in a pool. A state of failure is forgotten by it. Needs the scope <c>admin</c>.</summary>
    /// <param name="pool">1 to 64 letters, digits, dots, dashes and underscores.</param>
    /// <param name="set">What is not said is off.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>bad_name</c>, <c>bad_field</c>.</exception>
    public Task<PoolDocument> PutPool(string pool, PutPoolRequest set, CancellationToken cancel = default) =>
        Send(HttpMethod.Put, $"/v1/pools/{Escape(pool)}", set, ProtocolJson.Default.PutPoolRequest, ProtocolJson.Default.PoolDocument, cancel);

    /// <summary>Hands a pool nothing more, until it is reopened. Needs the scope <c>admin</c>.</summary>
    /// <param name="pool">1 to 64 letters, digits, dots, dashes and underscores.</param>
    /// <param name="graceSeconds">After so long what is still held is handed back, 0 to 604,800; null: it takes as long as it takes.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>bad_name</c>, <c>bad_field</c>.</exception>
    public Task<PoolDocument> DrainPool(string pool, double? graceSeconds = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            $"/v1/pools/{Escape(pool)}/drain",
            new() { GraceSeconds = graceSeconds },
            ProtocolJson.Default.DrainRequest,
            ProtocolJson.Default.PoolDocument,
            cancel);

    /// <summary>Ends the drain of a pool; where there is none, nothing changes. Needs the scope <c>admin</c>.</summary>
    /// <param name="pool">1 to 64 letters, digits, dots, dashes and underscores.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>bad_name</c>.</exception>
    public async Task ReopenPool(string pool, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/pools/{Escape(pool)}/drain"), "application/json", cancel).ConfigureAwait(false)).Dispose();

    /// <summary>The workers that are connected.</summary>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<SessionList> ListSessions(CancellationToken cancel = default) => Get("/v1/sessions", ProtocolJson.Default.SessionList, cancel);

    /// <summary>A worker that is connected.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>session_not_found</c>.</exception>
    public Task<SessionDocument> ReadSession(Guid session, CancellationToken cancel = default) =>
        Get($"/v1/sessions/{session}", ProtocolJson.Default.SessionDocument, cancel);

    /// <summary>Hands a session nothing more, until it is reopened. Needs the scope <c>admin</c>.</summary>
    /// <param name="session">A session.</param>
    /// <param name="graceSeconds">After so long what is still held is handed back, 0 to 604,800; null: it takes as long as it takes.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>session_not_found</c>, <c>bad_field</c>, <c>operator_only</c>: it serves every organization.</exception>
    public Task<SessionDocument> DrainSession(Guid session, double? graceSeconds = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            $"/v1/sessions/{session}/drain",
            new() { GraceSeconds = graceSeconds },
            ProtocolJson.Default.DrainRequest,
            ProtocolJson.Default.SessionDocument,
            cancel);

    /// <summary>Ends the drain of a session; where there is none, nothing changes. Needs the scope <c>admin</c>.</summary>
    /// <param name="session">A session.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>session_not_found</c>, <c>operator_only</c>: it serves every organization.</exception>
    public async Task ReopenSession(Guid session, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/sessions/{session}/drain"), "application/json", cancel).ConfigureAwait(false)).Dispose();
}
