using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class ResumeRuns
{
    public static void MapResumeRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/resume", Handle).Needs(Scopes.Start).Says("Lets a paused run go on.");

    static async Task<Results<Ok<RunDocument>, Refusal>> Handle(
        HttpContext http, RunId run, Query query, Caller caller, RunCommands commands, IStores stores, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        var committed = await commands.Submit(caller.Organization, new ResumeRun(run.Value, caller.Actor));
        return await PauseAnswer.Of(committed, run, stores, caller, cancel);
    }
}
