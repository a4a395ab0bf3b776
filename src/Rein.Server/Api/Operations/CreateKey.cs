using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class CreateKey
{
    public static void MapCreateKey(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/keys", Handle).Needs(Scopes.Admin).Takes<CreateKeyRequest>().Says("Makes a key. Its text is in the answer, and nowhere else ever again.");

    static async Task<Results<Created<KeyDocument>, Refusal>> Handle(
        HttpContext http, Query query, Caller caller, KeyRing keys, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var name = fields.Text("name", 100, shortest: 1);
        var scopes = fields.Choices("scopes", Names.ScopeWords);
        if (name is null)
            fields.Missing("name", "who the key stands for");
        if (scopes.Count == 0)
            fields.Missing("scopes", $"one or some of {string.Join(", ", Names.ScopeWords.Keys)}");
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        var (key, text) = await keys.Create(caller.Organization, name!, scopes.Aggregate((all, one) => all | one), cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, key.ToDocument() with { Key = text });
    }
}
