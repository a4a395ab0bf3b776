using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class ReadLimit
{
    public static void MapReadLimit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/limits/{key}", Handle).Needs(Scopes.Read).Says("Reads a limit, and who holds it.");

    static async Task<Results<Ok<LimitDocument>, Refusal>> Handle(
        string key, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        return await Find(new(caller.Organization, key), stores.Limits, cancel) is { } limit
            ? TypedResults.Ok(limit)
            : Refusal.Of(ProblemCodes.LimitNotFound, $"There is no limit '{Shown.Of(key)}'.");
    }

    public static async Task<LimitDocument?> Find(LimitKey key, ILimitStore limits, CancellationToken cancel) =>
        await limits.Find(key, cancel) is { } limit
            ? new() { Key = key.Key, Max = limit.Max, Held = limit.Held, Holders = await limits.Holders(key, cancel) }
            : null;
}
