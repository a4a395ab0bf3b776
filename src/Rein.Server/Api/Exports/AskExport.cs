using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Duties;
using Rein.Server.Problems;

namespace Rein.Server.Api.Exports;

static class AskExport
{
    public static void MapAskExport(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/export", Handle).Needs(Scopes.Start)
            .Says("Asks again for the account of a run's items, where it was given up.");

    /// <summary>Takes an account up again that was given up. One that is made, or on its way, is answered as it is.</summary>
    static async Task<Results<Ok<ExportDocument>, Accepted<ExportDocument>, Refusal>> Handle(
        RunId run, Query query, Caller caller, IStores stores, DutyDesk duties, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is not { } view)
            return await stores.Missing(caller, run, cancel);
        if (view.Export is not { } export)
            return Refusal.Of(ProblemCodes.ExportNotReady, "The run has not ended.");
        if (export.State is ExportState.Done)
            return TypedResults.Ok(export.ToDocument(view.Run));
        if (export.State is ExportState.Failed && await stores.Exports.Ask(caller.Organization, run.Value, cancel))
            duties.Look();
        return TypedResults.Accepted((string?)null, new ExportView(ExportState.Due).ToDocument(view.Run));
    }
}
