using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Runs;

static class ListRuns
{
    public static void MapListRuns(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs", Handle).Needs(Scopes.Read).Answers<PageDocument<RunDocument>>()
            .Says("Lists runs, newest first.", [new Parameter("squid", "Only runs of this squid."), .. Paging.Asks]);

    static async Task<IResult> Handle(
        HttpRequest request, Query query, Caller caller, SquidBook squids, RunPages pages, IRunReader reader, Links links, CancellationToken cancel)
    {
        var paging = Paging.Read(query);
        var hash = query.Text("squid");
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        var squid = hash is null ? null : await squids.Find(caller.Organization, hash, cancel);
        if (hash is not null && squid is null)
            return Fault.NoSquid("squid");
        var filter = new RunFilter(caller.Organization, paging.Limit) { Workflow = squid?.Version.Name, Skip = paging.Skip };
        var total = (await reader.Count(caller.Organization, filter.Workflow, null, cancel)).Sum(count => count.Runs);
        var runs = new List<RunDocument>();
        foreach (var view in paging.Skip < total ? await reader.List(filter, cancel) : [])
            runs.Add(await pages.Read(view, cancel));
        return Replies.Of(paging.Of(runs, total, request, links));
    }
}
