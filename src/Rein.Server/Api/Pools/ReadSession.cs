using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class ReadSession
{
    public static void MapReadSession(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/sessions/{session}", Handle).Needs(Scopes.Read).Says("Reads a worker that is connected.");

    static async Task<Results<Ok<SessionDocument>, Refusal>> Handle(string session, Query query, Caller caller, PoolReader pools, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        return await pools.FindSession(session, caller, cancel) is { } document ? TypedResults.Ok(document) : SessionRoute.NotFound(session);
    }
}
