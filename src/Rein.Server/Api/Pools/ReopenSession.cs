using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class ReopenSession
{
    public static void MapReopenSession(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/sessions/{session}/drain", Handle).Needs(Scopes.Admin).Says("Ends the drain of a session; where there is none, nothing changes.");

    static async Task<Results<NoContent, Refusal>> Handle(
        HttpContext http, string session, Query query, Caller caller, IStores stores, Engine engine, CancellationToken cancel)
    {
        if ((query.Refusal() ?? await stores.Guard(session, caller, cancel)) is { } refusal)
            return refusal;
        var id = Guid.Parse(session);
        if (await stores.Pools.DrainSession(id, null, http.Note(caller, AuditAction.SessionReopened, SessionRoute.Target(id)), cancel))
            await engine.ChangedGates(cancel);
        return TypedResults.NoContent();
    }
}
