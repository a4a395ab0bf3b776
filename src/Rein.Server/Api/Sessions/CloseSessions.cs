using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Sessions;

static class CloseSessions
{
    public static void MapCloseSession(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/sessions/{session}", Handle).Needs(Scopes.Work).WithName("closeSession")
            .Says("Ends a session of a worker that leaves: what was on its way to it is handed back, what it held and has not reported is lost.");

    static async Task<Results<NoContent, Refusal>> Handle(HttpContext http, SessionId session, Query query, Caller caller, Engine engine, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var gateway = engine.Gateway(http, caller);
        if (await gateway.Find(session.Value, cancel) is null)
            return session.NotFound;
        await gateway.Close(session.Value, CancellationToken.None);
        return TypedResults.NoContent();
    }
}
