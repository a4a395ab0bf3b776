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
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class PutLimit
{
    const int LongestKey = 200;

    public static void MapPutLimit(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/v1/limits/{key}", Handle).Needs(Scopes.Admin).Takes<PutLimitRequest>().Says("Sets how many runs under a key may be admitted at once.");

    static async Task<Results<Ok<LimitDocument>, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, IStores stores, RunCommands commands, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        if (key.Length > LongestKey)
            return Refusal.Of(ProblemCodes.BadName, $"A limit's key has at most {LongestKey} characters.");
        var fields = new Fields(body);
        var max = fields.Whole("max", 0, 1_000_000);
        if (max is null)
            fields.Missing("max", "a whole number from 0 to 1000000");
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        var limit = new LimitKey(caller.Organization, key);
        await stores.Limits.Put(limit, max!.Value, http.Note(caller, AuditAction.LimitSet, $"limit:{key}", $"at most {max}"), cancel);
        // There may be more room now.
        await commands.Admit(limit);
        return TypedResults.Ok((await ReadLimit.Find(limit, stores.Limits, cancel))!);
    }
}
