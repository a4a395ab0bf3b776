using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Tasks;

static class ListTasks
{
    public static void MapListTasks(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/tasks", Handle).Needs(Scopes.Read).Answers<PageDocument<TaskDocument>>()
            .Says("Lists the tasks of a squid.", [new Parameter("squid", "The id of the squid."), .. Paging.Asks]);

    static async Task<IResult> Handle(HttpRequest request, Query query, Caller caller, SquidBook squids, Links links, CancellationToken cancel)
    {
        var paging = Paging.Read(query);
        var hash = query.Text("squid");
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        if (hash is null)
            return Fault.Wrong("squid", "'squid' is missing: the id of a squid");
        return await squids.Find(caller.Organization, hash, cancel) is { } squid
            ? Replies.Of(paging.Cut([.. squid.Row.Tasks.Select(task => TaskPages.Of(squid.Row, task))], request, links))
            : Fault.NoSquid("squid");
    }
}
