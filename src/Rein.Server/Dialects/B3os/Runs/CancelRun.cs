using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>
/// Their stop. It is fenced in its own commit: nothing of the run counts from there on, and the answer is final. What executes has the grace to end in, and
/// is killed; the receipt (<c>GET /v1/runs/ID/stop</c>) proves it.
/// </summary>
static class CancelRun
{
    public static void MapCancelRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs/{id}/cancel", Handle).Needs(Scopes.Stop | Scopes.Start, also: Scopes.Read).Answers<RunDocument>()
            .Says("Cancels a running or waiting run. It needs no body, and reads none.");

    static async Task<IResult> Handle(
        HttpContext http, string id, Caller caller, RunCommands commands, IStores stores, RunPages pages, AfterStop after, ReinServerOptions options, CancellationToken cancel)
    {
        var grace = options.Dialects.GraceOf(B3osDialect.Name);
        var committed = Ids.ReadRun(id) is { } own ? await Stop(own) : Committed.NotFound;
        if (committed.Run is null && await stores.Extras.FindRun(caller.Organization, id, cancel) is { } chosen)
            committed = await Stop(chosen);
        if (committed.Run is not { } run)
            return ReadRun.NotFound(id);
        if (committed.Answer is Answer.AlreadyEnded)
            return Refusal.Of(ProblemCodes.RunEnded, $"The run '{Shown.Of(id)}' is neither running nor waiting: {Statuses.Of(run)}.");
        return await after.Tell(
            run.Id, async () => Replies.Written(await pages.Read(run, Wanted.Everything, cancel), http), () => Replies.Of(RunPages.Bare(run, id)), cancel);

        Task<Committed> Stop(Guid which) =>
            commands.Submit(caller.Organization, new RequestStop(which, StopOrigin.Manual, caller.Actor, "", grace, FenceAt.Now, Force: false));
    }
}
