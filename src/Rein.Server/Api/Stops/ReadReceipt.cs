using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Problems;

namespace Rein.Server.Api.Stops;

static class ReadReceipt
{
    // A key that may only stop can see what became of its stop.
    public static void MapReadReceipt(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/stop", Handle).Needs(Scopes.Read | Scopes.Stop).Says("Reads the receipt of a stop and, while it is stopping, what it waits for.");

    static async Task<Results<Ok<ReceiptDocument>, Refusal>> Handle(
        RunId run, Query query, Caller caller, IStores stores, ReceiptReader receipts, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is not { } view)
            return await receipts.ReadPruned(caller.Organization, run.Value, cancel) is { } kept ? TypedResults.Ok(kept) : await stores.Missing(caller, run, cancel);
        return await receipts.Read(view, cancel) is { } receipt
            ? TypedResults.Ok(receipt)
            : Refusal.Of(ProblemCodes.NotStopped, $"Nobody has asked to stop the run {run.Value}.");
    }
}
