using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Commits;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>
/// Their stop. It is fenced in its own commit: nothing of the run counts from there on, the answer is final, and the export of what was collected is owed
/// from that commit. What executes has the grace to end in, and is killed; the receipt (<c>GET /v1/runs/ID/stop</c>) proves it.
/// </summary>
static class AbortRun
{
    const string Over = "Run not found or already completed";

    public static void MapAbortRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs/{run_hash}/abort", Handle).Needs(Scopes.Stop | Scopes.Start, also: Scopes.Read).Answers<RunDocument>()
            .Says("Aborts a run. What it has collected is exported. It needs no body, and reads none.");

    static async Task<IResult> Handle(
        string run_hash, Caller caller, RunCommands commands, RunPages pages, Readings readings, ReinServerOptions options, CancellationToken cancel)
    {
        if (Ids.Read(run_hash) is not { } id)
            return Fault.NoRun(Over);
        var grace = options.Dialects.GraceOf(LobstrDialect.Name);
        var committed = await commands.Submit(caller.Organization, new RequestStop(id, StopOrigin.Manual, caller.Actor, "", grace, FenceAt.Now, Force: false));
        if (committed.Run is not { } run)
            return Fault.NoRun(Over);
        return committed.Answer is Answer.AlreadyEnded
            ? await Again(caller, run_hash, pages, readings, cancel)
            : Replies.Of(await pages.ReadEnded(run, cancel));
    }

    /// <summary>An aborted run that still uploads is answered as it was the first time.</summary>
    static async Task<IResult> Again(Caller caller, string hash, RunPages pages, Readings readings, CancellationToken cancel) =>
        await pages.Find(caller.Organization, hash, cancel) is { } view
        && (readings.ShowsEnded || (view.Run.IsAborted() && view.Export is { State: ExportState.Due }))
            ? Replies.Of(await pages.Read(view, cancel))
            : Fault.NoRun(Over);
}
