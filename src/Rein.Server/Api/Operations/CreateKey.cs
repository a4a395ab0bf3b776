using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class CreateKey
{
    const double TenYears = 315_360_000;
    const double MostPerSecond = 1_000_000;

    public static void MapCreateKey(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/keys", Handle).Needs(Scopes.Admin).Takes<CreateKeyRequest>().Says("Makes a key. Its text is in the answer, and nowhere else ever again.");

    static async Task<Results<Created<KeyDocument>, Refusal>> Handle(
        HttpContext http, Query query, Caller caller, KeyRing keys, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var (key, text) = Read(fields, caller, keys);
        if ((fields.Refusal ?? caller.Lacks(key.Scopes)) is { } refusal)
            return refusal;
        await keys.Create(key, http.Note(caller, AuditAction.KeyCreated, key.Target(), key.Say()), cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, key.ToDocument() with { Key = text });
    }

    static (ApiKey Key, string Text) Read(Fields fields, Caller caller, KeyRing keys)
    {
        var name = fields.Text("name", 100, shortest: 1);
        var scopes = fields.Choices("scopes", Names.ScopeWords);
        if (name is null)
            fields.Missing("name", "who the key stands for");
        var pool = fields.Text("pool", 64, shortest: 1);
        if (pool is not null && !PoolName.IsWellFormed(pool))
            fields.Refuse("pool", PoolName.Rule);
        if (pool is not null && scopes.Any(scope => scope is not Scopes.Work))
            fields.Refuse("pool", "is for keys of workers: their only scope is work");
        if (scopes.Count == 0)
            fields.Missing("scopes", $"one or some of {string.Join(", ", Names.ScopeWords.Keys)}");
        var life = fields.Seconds("expiresInSeconds", 1, TenYears);
        var (requests, stops) = (fields.Number("requestsPerSecond", 0.01, MostPerSecond), fields.Number("stopsPerSecond", 1, MostPerSecond));
        fields.RefuseOthers();
        var (key, text) = keys.New(caller.Organization, name ?? "", scopes.Aggregate(Scopes.None, (all, one) => all | one));
        return (key with { ExpiresAt = key.CreatedAt + life, Pool = pool, RequestsPerSecond = requests, StopsPerSecond = stops }, text);
    }
}
