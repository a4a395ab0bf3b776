using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class DrainSession
{
    public static void MapDrainSession(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/sessions/{session}/drain", Handle).Needs(Scopes.Admin).Takes<DrainRequest>()
            .Says("Hands a session nothing more: the wish is durable when this is answered, whichever node carries it.");

    static async Task<Results<Ok<SessionDocument>, Refusal>> Handle(
        HttpContext http, string session, Query query, Caller caller, IStores stores, PoolReader pools, Engine engine, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var wish = DrainFields.Read(fields, caller);
        if ((fields.Refusal ?? await stores.Guard(session, caller, cancel)) is { } refusal)
            return refusal;
        var id = Guid.Parse(session);
        await stores.Pools.DrainSession(id, wish, http.Note(caller, AuditAction.SessionDrained, SessionRoute.Target(id), wish.Say()), cancel);
        await engine.ChangedGates(cancel);
        return await pools.FindSession(session, caller, cancel) is { } document ? TypedResults.Ok(document) : SessionRoute.NotFound(session);
    }
}
