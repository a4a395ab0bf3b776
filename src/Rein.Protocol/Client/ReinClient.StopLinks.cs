namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>Makes a link that can watch and stop one run, and nothing else. Its address is in the answer, and nowhere else ever again.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="link">Whom it is for, and how long; null for the defaults.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>run_not_found</c>, <c>too_many_links</c>.</exception>
    public Task<StopLinkDocument> CreateStopLink(Guid run, CreateStopLinkRequest? link = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            $"/v1/runs/{run}/stop-link",
            link ?? new(),
            ProtocolJson.Default.CreateStopLinkRequest,
            ProtocolJson.Default.StopLinkDocument,
            cancel);

    /// <summary>The links of a run that were not revoked.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>run_not_found</c>.</exception>
    public Task<StopLinkList> ListStopLinks(Guid run, CancellationToken cancel = default) =>
        Get($"/v1/runs/{run}/stop-link", ProtocolJson.Default.StopLinkList, cancel);

    /// <summary>Revokes a link, at once and on every node.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="link">The link's id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>link_not_found</c>.</exception>
    public async Task RevokeStopLink(Guid run, Guid link, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/runs/{run}/stop-link/{link}"), "application/json", cancel).ConfigureAwait(false)).Dispose();

    /// <summary>What a link shows of its run. Needs no key, and stops nothing.</summary>
    /// <param name="link">The link, as it was told.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>link_not_found</c>.</exception>
    public Task<LinkedRunDocument> OpenStopLink(Uri link, CancellationToken cancel = default) =>
        Get(link.AbsolutePath, ProtocolJson.Default.LinkedRunDocument, cancel);

    /// <summary>Stops the run that a link is for. Needs no key.</summary>
    /// <param name="link">The link, as it was told.</param>
    /// <param name="wait">Waits until it is proved that nothing of it executes any more, at most 60 s.</param>
    /// <param name="cancel">Gives up waiting for the answer; the run is stopped nevertheless.</param>
    /// <exception cref="ReinException"><c>link_not_found</c>.</exception>
    public Task<LinkedRunDocument> UseStopLink(Uri link, TimeSpan? wait = null, CancellationToken cancel = default) =>
        Send(new(HttpMethod.Post, new QueryText(link.AbsolutePath).Wait(wait).ToString()), ProtocolJson.Default.LinkedRunDocument, cancel);
}
