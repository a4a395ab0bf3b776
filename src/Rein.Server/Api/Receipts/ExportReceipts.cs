using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Protocol.Receipts;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Receipts;

static class ExportReceipts
{
    public static void MapExportReceipts(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/receipts/export", Handle).Needs(Scopes.Read).AnswersAlso(Wire.Ndjson).Says("Exports sealed receipts, to be verified without the server.", Parameter.Whole("after", "The place to go on from. Default: 0, the whole chain.", 0));

    static async Task<IResult> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var after = query.Whole("after", 0, long.MaxValue) ?? 0;
        if (query.Refusal() is { } refusal)
            return refusal;
        var link = after == 0 ? ReceiptChain.Start : await LinkOf(stores.Seals, caller.Organization, after, cancel);
        return link is { } known
            ? new ReceiptFeed(stores.Seals, caller.Organization, after, known)
            : Refusal.Of(ProblemCodes.PlaceNotFound, $"The chain has no place {after} yet.");
    }

    static async Task<ReadOnlyMemory<byte>?> LinkOf(ISealStore seals, Guid organization, long place, CancellationToken cancel) =>
        await seals.Chain(organization, place - 1, 1, cancel) is [{ } entry] && entry.Place == place ? entry.Link : default(ReadOnlyMemory<byte>?);
}
