using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.B3os.Workflows;

static class ListWorkflows
{
    const int Usual = 20;
    const int Most = 100;
    const int Farthest = 1_000_000;

    public static void MapListWorkflows(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/workflows", Handle).Needs(Scopes.Read).WithName("listB3osWorkflows").Answers<WorkflowPage>().Says(
            "Lists workflows, each as its latest version is.",
            Parameter.Limit(Usual, Most), Parameter.Whole("offset", "How many of the first are passed over.", 0) with { Most = Farthest });

    static async Task<IResult> Handle(Query query, Caller caller, WorkflowPages pages, CancellationToken cancel)
    {
        var limit = query.Count(Usual, Most);
        var offset = (int)(query.Whole("offset", 0, Farthest) ?? 0);
        return query.RefusalOfKnown() is { } refusal ? refusal : Replies.Of(await pages.List(caller.Organization, offset, limit, cancel));
    }
}
