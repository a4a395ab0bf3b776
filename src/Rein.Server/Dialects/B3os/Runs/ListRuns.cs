using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.B3os.Runs;

static class ListRuns
{
    const int Usual = 20;
    const int Most = 100;
    const int Farthest = 1_000_000;

    static readonly Parameter[] Asks =
    [
        Parameter.Limit(Usual, Most), Parameter.Whole("offset", "How many of the newest are passed over.", 0) with { Most = Farthest },
        new("status", "Only runs that read so; none reads `partial`.") { Words = [.. Statuses.Filters.Keys] },
    ];

    public static void MapListRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs", List).Needs(Scopes.Read).WithName("listRuns").Answers<RunPage>()
            .Says("Lists runs, newest first.", [.. Asks, new("workflowId", "Only runs of this workflow.")]);
        routes.MapGet("/workflows/{id}/runs", ListOf).Needs(Scopes.Read).WithName("listRunsOfWorkflow").Answers<RunPage>()
            .Says("Lists the runs of a workflow, newest first.", Asks);
    }

    static Task<IResult> List(Query query, Caller caller, RunPages pages, WorkflowPages workflows, CancellationToken cancel) =>
        Handle(query, query.Text("workflowId"), isOne: false, caller, pages, workflows, cancel);

    static Task<IResult> ListOf(string id, Query query, Caller caller, RunPages pages, WorkflowPages workflows, CancellationToken cancel) =>
        Handle(query, id, isOne: true, caller, pages, workflows, cancel);

    /// <param name="isOne">The address names the workflow: one that is not there is no empty list.</param>
    static async Task<IResult> Handle(
        Query query, string? workflow, bool isOne, Caller caller, RunPages pages, WorkflowPages workflows, CancellationToken cancel)
    {
        var limit = query.Count(Usual, Most);
        var offset = (int)(query.Whole("offset", 0, Farthest) ?? 0);
        var status = query.Choice("status", Statuses.Filters) ?? new([]);
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        var version = workflow is null ? null : await workflows.Find(caller.Organization, workflow, null, cancel);
        if (version is null && isOne)
            return Workflows.ReadWorkflow.NotFound(workflow!);
        if ((version is null && workflow is not null) || status.IsEmpty)
            return Replies.Of(new RunPage { Limit = limit, Offset = offset });
        var filter = status.Of(new(caller.Organization, limit)) with { Workflow = version?.Name, Skip = offset };
        return Replies.Of(await pages.List(filter, limit, cancel));
    }
}
