using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Axiom.Automations;

static class ReadRemainingRuntime
{
    public static void MapReadRemainingRuntime(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/remaining-runtime", Handle).Needs(Scopes.Read).Takes<KeyParams>().Answers<Success<RuntimeDocument>>()
            .Says("Tells how many minutes the organization has executed in this month, and how many are left.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, Runtime runtime, CancellationToken cancel) =>
        (await BodyKey.BodyOf(http)).Refusal is { } unread ? unread : Replies.Success(await runtime.Read(caller.Organization, cancel));
}
