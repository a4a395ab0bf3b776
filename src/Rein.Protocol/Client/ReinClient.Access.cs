using System.Globalization;

namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>Gives a key a new secret, under the same name and id. Its text is in the answer, and nowhere else ever again. Needs the scope <c>admin</c>.</summary>
    /// <param name="key">Its id.</param>
    /// <param name="overlap">How long the former secret opens still, at most 30 days; null for not at all.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>key_not_found</c>, <c>scope_not_held</c>.</exception>
    public Task<KeyDocument> RotateKey(Guid key, TimeSpan? overlap = null, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            $"/v1/keys/{key}/rotate",
            new() { OverlapSeconds = overlap?.TotalSeconds },
            ProtocolJson.Default.RotateKeyRequest,
            ProtocolJson.Default.KeyDocument,
            cancel);

    /// <summary>Makes an organization. Its first key is in the answer, and nowhere else ever again. For the operator of the installation.</summary>
    /// <param name="name">1 to 100 letters, digits, dots, dashes and underscores.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>operator_only</c>, <c>name_taken</c>, <c>bad_name</c>.</exception>
    public Task<OrganizationDocument> CreateOrganization(string name, CancellationToken cancel = default) =>
        Send(
            HttpMethod.Post,
            "/v1/organizations",
            new() { Name = name },
            ProtocolJson.Default.CreateOrganizationRequest,
            ProtocolJson.Default.OrganizationDocument,
            cancel);

    /// <summary>A page of the installation's organizations, by name. For its operator.</summary>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>operator_only</c>.</exception>
    public Task<OrganizationList> ListOrganizations(string? cursor = null, int limit = 100, CancellationToken cancel = default) =>
        Get(new QueryText("/v1/organizations").With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.OrganizationList, cancel);

    /// <summary>A page of the audit, newest first. Needs the scope <c>admin</c>.</summary>
    /// <param name="filter">Which entries; null for all.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<AuditList> ReadAudit(AuditFilter? filter = null, CancellationToken cancel = default)
    {
        filter ??= new();
        var path = new QueryText("/v1/audit")
            .With("action", filter.Action)
            .With("actor", filter.Actor)
            .With("target", filter.Target)
            .With("since", Say(filter.Since))
            .With("until", Say(filter.Until))
            .With("cursor", filter.Cursor)
            .With("limit", filter.Limit);
        return Get(path.ToString(), ProtocolJson.Default.AuditList, cancel);
    }

    static string? Say(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
