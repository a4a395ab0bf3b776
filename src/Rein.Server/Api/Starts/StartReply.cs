using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Starts;

/// <summary>The answer to a start. A new run is told from what was committed, without reading it back.</summary>
static class StartReply
{
    public static async Task<Results<Created<RunDocument>, Ok<RunDocument>, Refusal>> Of(
        HttpContext http, Started started, StartRun start, IStores stores, CancellationToken cancel) => started.Answer switch
    {
        StartAnswer.Started or StartAnswer.Blocked => TypedResults.Created($"/v1/runs/{started.RunId}", started.Run!.ToDocument(start)),
        StartAnswer.Conflict => Refusal.Of(ProblemCodes.LimitFull, $"There is no room under {string.Join(" and ", start.LimitKeys.Select(key => $"'{key}'"))}."),
        StartAnswer.KeyReused => Refusal.Of(ProblemCodes.IdempotencyKeyReused),
        _ => await Repeated(http, started.RunId, start.Organization, stores, cancel),
    };

    static async Task<Results<Created<RunDocument>, Ok<RunDocument>, Refusal>> Repeated(
        HttpContext http, Guid run, Guid organization, IStores stores, CancellationToken cancel)
    {
        var document = await stores.Reader.Find(organization, run, cancel) is { } view
            ? view.ToDocument()
            : (await stores.Retention.Find(organization, run, cancel))?.ToDocument();
        if (document is null)
            return Refusal.NoRun(new(run, run.ToString()));
        http.Response.Headers["Idempotent-Replayed"] = "true";
        http.Response.Headers.Location = $"/v1/runs/{run}";
        return TypedResults.Ok(document);
    }
}
