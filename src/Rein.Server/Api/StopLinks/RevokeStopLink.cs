using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.StopLinks;

static class RevokeStopLink
{
    public static void MapRevokeStopLink(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/runs/{run}/stop-link/{link}", Handle).Needs(Scopes.Stop | Scopes.Start).Says("Revokes a stop link, at once and on every node.");

    static async Task<Results<NoContent, Refusal>> Handle(
        HttpContext http, RunId run, string link, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Guid.TryParse(link, out var id))
            return Refusal.Of(ProblemCodes.LinkNotFound);
        var audit = http.Note(caller, AuditAction.LinkRevoked, StopLinkViews.Target(id), $"run {run.Value}");
        return await stores.StopLinks.Revoke(caller.Organization, run.Value, id, audit, cancel)
            ? TypedResults.NoContent()
            : Refusal.Of(ProblemCodes.LinkNotFound);
    }
}
