using System.Security.Cryptography;
using Rein.Core.Stores;
using Rein.Protocol.Receipts;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Receipts;

static class ListSealKeys
{
    public static void MapListSealKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/receipts/keys", Handle).Needs(Scopes.Read).Says("Lists the public keys that have sealed receipts here.");

    static async Task<Results<Ok<SealKeyList>, Refusal>> Handle(Query query, IStores stores, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        return TypedResults.Ok(new SealKeyList { Keys = [.. (await stores.Seals.Keys(cancel)).Select(ToDocument)] });
    }

    static SealKeyDocument ToDocument(SealKey key) => new()
    {
        Id = key.Id,
        PublicKey = PemEncoding.WriteString("PUBLIC KEY", key.PublicKey.Span) + "\n",
        Since = key.Since,
    };
}
