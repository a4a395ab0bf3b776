using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

static class RemoveLimit
{
    public static void MapRemoveLimit(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/limits/{key}", Handle).Needs(Scopes.Admin).Says("Takes a limit away: whoever waits is admitted.");

    static async Task<Results<NoContent, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, IStores stores, Engine engine, CancellationToken cancel)
    {
        var limit = LimitName.Read(http, key, caller);
        if ((query.Refusal() ?? LimitName.Check(limit)) is { } refusal)
            return refusal;
        if (!await stores.Limits.Remove(limit, http.Note(caller, AuditAction.LimitRemoved, $"limit:{limit.Key}"), cancel))
            return LimitName.NotFound(limit);
        await engine.Admit(limit);
        return TypedResults.NoContent();
    }
}
