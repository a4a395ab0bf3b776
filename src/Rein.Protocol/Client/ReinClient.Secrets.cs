namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>Sets a secret, in the place of one that was there. Needs the scope <c>admin</c>.</summary>
    /// <param name="name">1 to 100 letters, digits, dashes and underscores.</param>
    /// <param name="value">1 to 16,384 characters.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>bad_name</c>, <c>secrets_off</c>.</exception>
    public Task<SecretDocument> PutSecret(string name, string value, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Put,
            $"/v1/secrets/{Escape(name)}",
            new() { Value = value },
            ProtocolJson.Default.PutSecretRequest,
            ProtocolJson.Default.SecretDocument,
            cancel);

    /// <summary>The names of the organization's secrets. Needs the scope <c>admin</c>.</summary>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<SecretList> ListSecrets(CancellationToken cancel = default) => Get("/v1/secrets", ProtocolJson.Default.SecretList, cancel);

    /// <summary>Removes a secret. Steps that need it fail from now on. Needs the scope <c>admin</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>secret_not_found</c>.</exception>
    public async Task RemoveSecret(string name, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/secrets/{Escape(name)}"), "application/json", cancel).ConfigureAwait(false)).Dispose();
}
