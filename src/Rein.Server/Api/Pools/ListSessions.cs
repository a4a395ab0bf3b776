using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class ListSessions
{
    public static void MapListSessions(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/sessions", Handle).Needs(Scopes.Read).Says("Lists the workers that are connected.");

    static async Task<Results<Ok<SessionList>, Refusal>> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var sessions = await stores.Sessions.Serving(caller.Organization, cancel);
        return TypedResults.Ok(new SessionList { Sessions = [.. sessions.Select(ToDocument)] });
    }

    static SessionDocument ToDocument(Session session) => new()
    {
        Id = session.Id,
        Worker = session.Worker,
        Pool = session.Pool,
        Kinds = session.Kinds,
        Capacity = session.Capacity,
        OpenedAt = session.OpenedAt,
    };
}
