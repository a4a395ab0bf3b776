using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class ListKeys
{
    public static void MapListKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/keys", Handle).Needs(Scopes.Admin).Says("Lists the organization's keys.");

    static async Task<Results<Ok<KeyList>, Refusal>> Handle(Query query, Caller caller, KeyRing keys, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var all = await keys.List(caller.Organization, cancel);
        return TypedResults.Ok(new KeyList { Keys = [.. all.Select(key => key.ToDocument())] });
    }
}
