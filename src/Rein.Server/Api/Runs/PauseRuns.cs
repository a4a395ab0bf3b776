using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class PauseRuns
{
    public static void MapPauseRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/pause", Handle).Needs(Scopes.Stop | Scopes.Start).Takes<PauseRunRequest>().Says("Pauses a run: nothing new of it begins.");

    static async Task<Results<Ok<RunDocument>, Refusal>> Handle(
        HttpContext http, RunId run, Query query, Caller caller, RunCommands commands, IStores stores, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var reason = fields.Text("reason", 2000) ?? "";
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        var committed = await commands.Submit(caller.Organization, new PauseRun(run.Value, caller.Actor, reason));
        return await PauseAnswer.Of(committed, run, stores, caller, cancel);
    }
}
