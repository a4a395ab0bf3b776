using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Workflows;

static class ListWorkflows
{
    public static void MapListWorkflows(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/workflows", Handle).Needs(Scopes.Read).Says("Lists workflows, each with its latest version, by name.", Parameter.Limit(50, 500), Parameter.Cursor);

    static async Task<Results<Ok<WorkflowList>, Refusal>> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(50, 500);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out string? after))
            return Cursor.Bad;
        var versions = await stores.Workflows.List(caller.Organization, after, count + 1, cancel);
        return TypedResults.Ok(new WorkflowList
        {
            Workflows = [.. versions.Take(count).Select(version => version.ToEntry())],
            Cursor = versions.Count > count ? Cursor.Of(versions[count - 1].Name) : null,
        });
    }
}
