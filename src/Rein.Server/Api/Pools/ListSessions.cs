using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

static class ListSessions
{
    public static void MapListSessions(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/sessions", Handle).Needs(Scopes.Read).Says("Lists the workers that are connected, and what they hold.");

    static async Task<Results<Ok<SessionList>, Refusal>> Handle(Query query, Caller caller, PoolReader pools, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        return TypedResults.Ok(new SessionList { Sessions = await pools.Sessions(caller.Organization, cancel) });
    }
}
