using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

/// <summary>What a pause or a resume came to. Doing it twice is no mistake.</summary>
static class PauseAnswer
{
    public static async Task<Results<Ok<RunDocument>, Refusal>> Of(Committed committed, RunId run, IStores stores, Caller caller, CancellationToken cancel)
    {
        if (committed.Run is not { } now)
            return await stores.Missing(caller, run, cancel);
        return committed.Answer switch
        {
            Answer.Done or Answer.AlreadyDone => await stores.Reader.Find(now.Organization, now.Id, cancel) is { } view
                ? TypedResults.Ok(view.ToDocument())
                : await stores.Missing(caller, run, cancel),
            Answer.AlreadyEnded => Refusal.Of(ProblemCodes.RunEnded, $"The run {now.Id} has ended: {Names.Of(now.State)}."),
            Answer.Stopping when now.Stop is null => Refusal.Of(ProblemCodes.NotNow, $"The run {now.Id} has come to its end, and only its clean-up is under way."),
            Answer.Stopping => Refusal.Of(ProblemCodes.RunStopping, $"A stop of the run {now.Id} was asked for."),
            _ => Refusal.Of(ProblemCodes.NotNow),
        };
    }
}
