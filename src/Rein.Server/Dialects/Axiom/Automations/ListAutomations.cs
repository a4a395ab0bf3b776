using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Axiom.Automations;

static class ListAutomations
{
    const int AtOnce = 1_000;

    public static void MapListAutomations(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/list-automations", Handle).Needs(Scopes.Read).Takes<KeyParams>().Answers<Success<NameList>>().Says("Lists the names of all automations.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, IStores stores, CancellationToken cancel)
    {
        if ((await BodyKey.BodyOf(http)).Refusal is { } unread)
            return unread;
        var names = new List<string>();
        while (await stores.Workflows.Names(caller.Organization, names.LastOrDefault(), AtOnce, cancel) is { Count: > 0 } some)
            names.AddRange(some);
        return Replies.Success(new NameList(names));
    }
}
