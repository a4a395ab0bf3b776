using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class MissingRuns
{
    /// <summary>Why a run is not there: it was pruned, as is known for a month, and of a stopped run for as long as its receipt is kept; or there never was one.</summary>
    public static async Task<Refusal> Missing(this IStores stores, Caller caller, RunId run, CancellationToken cancel) =>
        await stores.Retention.Find(caller.Organization, run.Value, cancel) is { } pruned
            ? Refusal.Of(
                ProblemCodes.RunPruned,
                $"The run {run.Value} ended at {pruned.Run.EndedAt:yyyy-MM-dd HH:mm:ss}Z and was pruned at {pruned.At:yyyy-MM-dd HH:mm:ss}Z."
                + (pruned.Run.Stop is null ? "" : " Its receipt is kept."))
            : Refusal.NoRun(run);
}
