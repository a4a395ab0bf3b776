namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>A page of limits, by key.</summary>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<LimitList> ListLimits(string? cursor = null, int limit = 50, CancellationToken cancel = default) =>
        Get(new QueryText("/v1/limits").With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.LimitList, cancel);

    /// <summary>A limit, the first of those who hold it, and the first of those who wait.</summary>
    /// <param name="key">What starts name as their limitKey.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>limit_not_found</c>: there is room for everybody.</exception>
    public Task<LimitDocument> ReadLimit(string key, CancellationToken cancel = default) =>
        Get($"/v1/limits/{Escape(key)}", ProtocolJson.Default.LimitDocument, cancel);

    /// <summary>A page of the runs that hold a slot, the oldest first.</summary>
    /// <param name="key">What starts name as their limitKey.</param>
    /// <param name="cursor">From the limit, or from the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>limit_not_found</c>.</exception>
    public Task<LimitRunList> ListHolders(string key, string? cursor = null, int limit = 50, CancellationToken cancel = default) =>
        Get(
            new QueryText($"/v1/limits/{Escape(key)}/holders").With("cursor", cursor).With("limit", limit).ToString(),
            ProtocolJson.Default.LimitRunList,
            cancel);

    /// <summary>A page of the runs that wait, in the order in which they are admitted.</summary>
    /// <param name="key">What starts name as their limitKey.</param>
    /// <param name="cursor">From the limit, or from the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>limit_not_found</c>.</exception>
    public Task<LimitRunList> ListQueue(string key, string? cursor = null, int limit = 50, CancellationToken cancel = default) =>
        Get(
            new QueryText($"/v1/limits/{Escape(key)}/queue").With("cursor", cursor).With("limit", limit).ToString(),
            ProtocolJson.Default.LimitRunList,
            cancel);

    /// <summary>
    /// Sets how many runs under a key may be admitted at once. Raising it admits those who wait; lowering it ends no run. Needs the scope
    /// <c>admin</c>.
    /// </summary>
    /// <param name="key">At most 200 characters.</param>
    /// <param name="max">0 to 1,000,000; with 0 nothing is admitted.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>limit_of_workflow</c>: it is set by saving the workflow.</exception>
    public Task<LimitDocument> PutLimit(string key, int max, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Put,
            $"/v1/limits/{Escape(key)}",
            new() { Max = max },
            ProtocolJson.Default.PutLimitRequest,
            ProtocolJson.Default.LimitDocument,
            cancel);

    /// <summary>Takes a limit away: there is room for everybody, and whoever waits is admitted. Needs the scope <c>admin</c>.</summary>
    /// <param name="key">At most 200 characters.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>limit_not_found</c>, <c>limit_of_workflow</c>.</exception>
    public async Task RemoveLimit(string key, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/limits/{Escape(key)}"), "application/json", cancel).ConfigureAwait(false)).Dispose();
}
