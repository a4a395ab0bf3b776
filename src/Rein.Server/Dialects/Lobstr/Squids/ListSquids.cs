using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Lobstr.Squids;

static class ListSquids
{
    public static void MapListSquids(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/squids", Handle).Needs(Scopes.Read).Answers<PageDocument<SquidDocument>>()
            .Says("Lists squids: every workflow is one.", [new Parameter("name", "Only those whose name has this in it."), .. Paging.Asks]);

    static async Task<IResult> Handle(HttpRequest request, Query query, Caller caller, SquidBook squids, IRunReader reader, Links links, CancellationToken cancel)
    {
        var paging = Paging.Read(query);
        var name = query.Text("name");
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        var (workflows, total) = await squids.Names(caller.Organization, name, paging, cancel);
        var shown = new List<SquidDocument>();
        foreach (var workflow in workflows)
            if (await squids.Named(caller.Organization, workflow, cancel) is { } squid)
                shown.Add(await reader.Read(squid, cancel));
        return Replies.Of(paging.Of(shown, total, request, links));
    }
}
