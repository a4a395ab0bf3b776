using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Lobstr.Runs;

static class ReadCredits
{
    public static void MapReadCredits(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{run_hash}/credits", Handle).Needs(Scopes.Read).Answers<CreditsDocument>()
            .Produces<DetailDocument>(StatusCodes.Status404NotFound, "application/json").Says("Reads what a run has used, by kind of node.");

    static async Task<IResult> Handle(string run_hash, Caller caller, RunPages pages, IRunReader reader, TimeProvider time, CancellationToken cancel)
    {
        if (await pages.Find(caller.Organization, run_hash, cancel) is not { } view)
            return new Missing();
        var (run, now) = (view.Run, time.GetUtcNow());
        var attempts = await reader.Attempts(run.Id, cancel);
        var kinds = attempts.Where(one => one.Attempt.Outcome is not Outcome.NotStarted)
            .GroupBy(one => run.Definition.TryGet(one.Step, out var node) ? node.Kind : "unknown", one => one.Attempt, StringComparer.Ordinal)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal).ToList();
        return Replies.Of(new CreditsDocument
        {
            RunId = Ids.Of(run.Id),
            TotalCredits = Rounded((run.HasEnded ? Spent.Of(run) : Spent.Of(run, attempts, now)).Credits),
            TotalResults = view.ItemsSoFar,
            Breakdown = [.. kinds.Select(kind => new CreditShare { Function = kind.Key, Credits = Rounded(kind.Aggregate(0L, (sum, one) => Credit.Plus(sum, one.Cost(now)))), Attempts = kind.Count() })],
            Rates = kinds.ToDictionary(kind => kind.Key, kind => (double)Credit.ToDecimal(kind.Last().Rate)),
        });
    }

    static decimal Rounded(long credits) => Durations.Round(Credit.ToDecimal(credits));

    /// <summary>This address has a refusal of its own.</summary>
    sealed class Missing : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            return Replies.Of(new DetailDocument { Detail = "Run not found." }).ExecuteAsync(httpContext);
        }
    }
}
