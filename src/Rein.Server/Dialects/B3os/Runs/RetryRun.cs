using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>Goes on from where a run failed or was cancelled, as a new run: the old one is its `sourceRunId`.</summary>
static class RetryRun
{
    public static void MapRetryRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs/{id}/retry", Handle).Needs(Scopes.Start, also: Scopes.Read).Answers<RetriedRun>()
            .Says("Starts a run that goes on where a failed or cancelled one has ended. It needs no body, and reads none.");

    static async Task<IResult> Handle(string id, Caller caller, RunPages pages, Repeat repeat, Starts starts, CancellationToken cancel)
    {
        if (await pages.Find(caller.Organization, id, cancel) is not { } view)
            return ReadRun.NotFound(id);
        if (Statuses.Of(view.Run) is not (Statuses.Failure or Statuses.Cancelled) and var status)
            return Refusal.Of(ProblemCodes.NotNow, $"The run '{Shown.Of(id)}' has neither failed nor been cancelled: {status}.");
        var (start, refusal) = await repeat.Of(view, RetryFrom.Failure, caller, cancel);
        if (refusal is not null)
            return refusal;
        var beside = BesideRuns.Read(start!.Extras) with { By = caller.Actor };
        var (run, refused) = await starts.Start(start, beside, null, cancel);
        if (refused is not null)
            return refused;
        return Replies.Of(new RetriedRun(await pages.Read(run!, Wanted.Everything, cancel)));
    }
}
