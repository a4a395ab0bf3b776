using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.B3os.Runs;

static class CountRuns
{
    public static void MapCountRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workflows/{id}/runs/count", CountOf).Needs(Scopes.Read).WithName("countRunsOfWorkflow").Answers<RunCounts>()
            .Says("Counts the runs of a workflow, by how they are.");
        routes.MapGet("/runs/status-counts", Count).Needs(Scopes.Read).WithName("countRuns").Answers<RunCounts>()
            .Says("Counts runs, by how they are.", Parameter.Moment("since", "Only runs that were started then or later: a time like 2026-01-31T12:00:00Z."));
    }

    static async Task<IResult> CountOf(string id, Caller caller, IStores stores, WorkflowPages workflows, CancellationToken cancel) =>
        await workflows.Find(caller.Organization, id, null, cancel) is { } version
            ? Replies.Of(Sum(await stores.Reader.Count(caller.Organization, version.Name, null, cancel)))
            : Workflows.ReadWorkflow.NotFound(id);

    static async Task<IResult> Count(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var since = query.Moment("since");
        return query.RefusalOfKnown() is { } refusal ? refusal : Replies.Of(Sum(await stores.Reader.Count(caller.Organization, null, since, cancel)));
    }

    static RunCounts Sum(IReadOnlyList<RunCount> counts)
    {
        return new()
        {
            Running = Of(Statuses.Running),
            Waiting = Of(Statuses.Waiting),
            Success = Of(Statuses.Success),
            Failure = Of(Statuses.Failure),
            Cancelled = Of(Statuses.Cancelled),
            Total = counts.Sum(count => count.Runs),
        };

        long Of(string status) => counts.Where(count => Statuses.Of(count.State, count.Cause) == status).Sum(count => count.Runs);
    }
}
