using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

/// <summary>A new secret behind the same name, id and prefix; the old one opens for the overlap still.</summary>
static class RotateKey
{
    const double LongestOverlap = 30 * 86_400;

    public static void MapRotateKey(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/keys/{key}/rotate", Handle).Needs(Scopes.Admin).Takes<RotateKeyRequest>().Says("Gives a key a new secret, under the same name and id. Its text is in the answer, and nowhere else ever again.");

    static async Task<Results<Ok<KeyDocument>, Refusal>> Handle(
        HttpContext http, string key, Query query, Caller caller, KeyRing keys, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var overlap = fields.Seconds("overlapSeconds", 0, LongestOverlap) ?? TimeSpan.Zero;
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        if (!Guid.TryParse(key, out var id) || (await keys.List(caller.Organization, cancel)).FirstOrDefault(one => one.Id == id) is not { } known)
            return RevokeKey.NotFound(key);
        if (caller.Lacks(known.Scopes) is { } lacking)
            return lacking;
        var audit = http.Note(caller, AuditAction.KeyRotated, known.Target(), $"{known.Say()}; the former secret opens for {overlap.TotalSeconds} s");
        if (await keys.Rotate(caller.Organization, known, overlap, audit, cancel) is not { } rotated)
            return RevokeKey.NotFound(key);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(rotated.Key.ToDocument() with { Key = rotated.Text });
    }
}
