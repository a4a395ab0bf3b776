namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>The organization's keys. Needs the scope <c>admin</c>.</summary>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<KeyList> ListKeys(CancellationToken cancel = default) => Get("/v1/keys", ProtocolJson.Default.KeyList, cancel);

    /// <summary>Makes a key. Its text is in the answer, and nowhere else ever again. Needs the scope <c>admin</c>.</summary>
    /// <param name="key">Who it stands for and what it may do.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<KeyDocument> CreateKey(CreateKeyRequest key, CancellationToken cancel = default) =>
        Send(HttpMethod.Post, "/v1/keys", key, ProtocolJson.Default.CreateKeyRequest, ProtocolJson.Default.KeyDocument, cancel);

    /// <summary>Revokes a key: at once on the node that answers, within seconds on the others. Needs the scope <c>admin</c>.</summary>
    /// <param name="key">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>key_not_found</c>.</exception>
    public async Task RevokeKey(Guid key, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/keys/{key}"), "application/json", cancel).ConfigureAwait(false)).Dispose();

    /// <summary>Whether the server can work. Needs no key.</summary>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>not_ready</c>, <c>unreachable</c>.</exception>
    public Task<HealthDocument> Ready(CancellationToken cancel = default) => Get("/readyz", ProtocolJson.Default.HealthDocument, cancel);
}
