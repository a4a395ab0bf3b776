using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Sessions;

static class ReadCommands
{
    public static void MapReadCommands(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/sessions/{session}/commands", Handle).Needs(Scopes.Work).AnswersAlso("text/event-stream")
            .Says("Tells a worker what to do (server-sent events `assign`, `stop`, `drain`), for as long as its session lives. One reader at a time: a second takes the place of the first.");

    static async Task<IResult> Handle(
        HttpContext http, SessionId session, Query query, Caller caller, Engine engine, ReinServerOptions options, KeyRing keys, CancellationToken cancel)
    {
        if (query.Refusal() is { } refusal)
            return refusal;
        var gateway = engine.Gateway(http, caller);
        return await gateway.Find(session.Value, cancel) is null
            ? session.NotFound
            : new CommandEvents(gateway, session.Value, options.Heartbeat, keys, options.Time);
    }
}
