using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Items;
using Rein.Server.Problems;

namespace Rein.Server.Api.Exports;

static class ReadExport
{
    public static void MapReadExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/export", Handle).Needs(Scopes.Read)
            .Produces<IReadOnlyList<JsonElement>>().AnswersAlso(Wire.Ndjson, "text/csv")
            .Says("Reads the file of what a run collected, once it has ended.", Parameter.Format("ndjson", "json", "csv") with { What = "One of `ndjson`, `json`, `csv`. Default: `ndjson`, which the digest is over." }, Parameter.Wait);

    /// <summary>The file; with `?wait`, once the account of it is made.</summary>
    static async Task<IResult> Handle(
        HttpContext http, RunId run, Query query, Caller caller, IStores stores, RunWaiter waiter, CancellationToken cancel)
    {
        var form = query.Choice("format", ItemForms.Words) ?? ItemForm.Ndjson;
        var wait = query.Wait() ?? TimeSpan.Zero;
        if (query.Refusal() is { } refusal)
            return refusal;
        using var watch = waiter.Watch(run.Value);
        if (await waiter.Until(watch, caller.Organization, run.Value, view => view.Export is { State: not ExportState.Due }, wait, cancel) is not { } view)
            return await stores.Missing(caller, run, cancel);
        if (view.Export is { State: ExportState.Failed, Error: { } error })
            return Refusal.Of(ProblemCodes.ExportFailed, error);
        if (view.Export?.Manifest is not { } manifest)
            return NotReady(http, view);
        return await ItemStream.TextOf(run.Value, ItemPosition.Start, form, stores.Reader, cancel) is { } text
            ? new ExportFile(run.Value, manifest, form, text, stores.Reader)
            : Refusal.Of(ProblemCodes.TooManyColumns);
    }

    static Refusal NotReady(HttpContext http, RunView view)
    {
        http.Response.Headers.RetryAfter = "1";
        return Refusal.Of(ProblemCodes.ExportNotReady, view.Run.HasEnded ? "Its items are being counted." : "The run has not ended.");
    }
}
