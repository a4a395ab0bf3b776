using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Secrets;

static class PutSecret
{
    const int Longest = 16_384;

    public static void MapPutSecret(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/v1/secrets/{name}", Handle).Needs(Scopes.Admin).Takes<PutSecretRequest>().Says("Sets a secret. Its value is in no answer.");

    static async Task<Results<Ok<SecretDocument>, Created<SecretDocument>, Refusal>> Handle(
        HttpContext http, string name, Query query, Caller caller, SecretBook secrets, IStores stores, TimeProvider time, CancellationToken cancel)
    {
        var body = await Body.Read(http, 2 * Body.Small);
        if ((body.Refusal ?? query.Refusal() ?? SecretName.Check(name)) is { } unread)
            return unread;
        var fields = new Fields(body);
        var value = fields.Text("value", Longest, shortest: 1);
        if (fields.Errors.Count == 0 && value is null)
            fields.Missing("value", $"a string of 1 to {Longest} characters");
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        if (secrets.Keys is not { } keys)
            return Refusal.Of(ProblemCodes.SecretsOff);
        var secret = keys.Seal(caller.Organization, name, value!, time.GetUtcNow());
        var isNew = await stores.Secrets.Put(secret, http.Note(caller, AuditAction.SecretSet, $"secret:{name}"), cancel);
        secrets.Forget();
        var document = new SecretDocument { Name = name, SetAt = secret.SetAt, IsMasked = SecretMask.Of([value!]) is not null };
        return isNew ? TypedResults.Created((string?)null, document) : TypedResults.Ok(document);
    }
}
