using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Secrets;

static class RemoveSecret
{
    public static void MapRemoveSecret(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/v1/secrets/{name}", Handle).Needs(Scopes.Admin).Says("Removes a secret: steps that need it fail from now on.");

    static async Task<Results<NoContent, Refusal>> Handle(
        HttpContext http, string name, Query query, Caller caller, SecretBook secrets, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var isDone = await stores.Secrets.Remove(caller.Organization, name, http.Note(caller, AuditAction.SecretRemoved, $"secret:{name}"), cancel);
        secrets.Forget();
        return isDone ? TypedResults.NoContent() : SecretName.NotFound(name);
    }
}
