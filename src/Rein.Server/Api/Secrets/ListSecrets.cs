using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Secrets;

/// <summary>Names only. No address answers with a value.</summary>
static class ListSecrets
{
    public static void MapListSecrets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/secrets", Handle).Needs(Scopes.Admin).Says("Lists the names of the secrets, never a value.");

    static async Task<Results<Ok<SecretList>, Refusal>> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var all = await stores.Secrets.List(caller.Organization, cancel);
        return TypedResults.Ok(new SecretList { Secrets = [.. all.Select(one => new SecretDocument { Name = one.Name, SetAt = one.SetAt })] });
    }
}
