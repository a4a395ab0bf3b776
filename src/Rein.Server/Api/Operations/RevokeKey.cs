using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class RevokeKey
{
    public static void MapRevokeKey(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/keys/{key}", Handle).Needs(Scopes.Admin).Says("Revokes a key.");

    static async Task<Results<NoContent, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, KeyRing keys, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Guid.TryParse(key, out var id))
            return NotFound(key);
        var audit = http.Note(caller, AuditAction.KeyRevoked, KeyViews.Target(id));
        return await keys.Revoke(caller.Organization, id, audit, cancel) switch
        {
            KeyRevocation.Done => TypedResults.NoContent(),
            KeyRevocation.LastAdmin => Refusal.Of(ProblemCodes.LastAdminKey),
            _ => NotFound(key),
        };
    }

    public static Refusal NotFound(string key) => Refusal.Of(ProblemCodes.KeyNotFound, $"There is no key '{Shown.Of(key)}'.");
}
