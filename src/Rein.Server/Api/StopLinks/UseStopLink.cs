using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.StopLinks;

/// <summary>Stops the one run that the link is for, with the grace of its definition. A form that has no script sends it; so can anything else.</summary>
static class UseStopLink
{
    public static void MapUseStopLink(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/stop/{link}", Handle).Produces<LinkedRunDocument>().AnswersAlso("text/html").Says("Stops the run that a stop link is for. With `wait`, it is answered when that is proved gone.", Parameter.Wait);

    static async Task<IResult> Handle(
        HttpContext http, string link, Query query, LinkRing links, RunCommands commands, RunWaiter waiter, TimeProvider time, CancellationToken cancel)
    {
        var answer = new LinkAnswer(http.Request);
        var atMost = query.Wait();
        if (query.Refusal() is { } unread)
            return answer.Refuse(unread);
        if (await links.Open(link, cancel) is not var (caller, opened))
            return answer.Refuse(Refusal.Of(ProblemCodes.LinkNotFound));
        if (caller.Budgets.Stops is { } bucket && !bucket.TryTake(time.GetTimestamp(), out var wait))
            return answer.Refuse(RateRules.Refuse(bucket, wait));
        using var watch = atMost is null ? null : waiter.Watch(opened.Run);
        var audit = http.Note(caller, AuditAction.LinkUsed, opened.Target(), $"run {opened.Run}");
        var stop = new RequestStop(opened.Run, StopOrigin.Manual, caller.Actor, "", null, FenceAt.End, false);
        var committed = await commands.Submit(opened.Organization, stop, audit);
        if (committed.Run is not { } run)
            return answer.Refuse(Refusal.Of(ProblemCodes.LinkNotFound));
        if (watch is not null && !LinkedRuns.IsGone(run))
            run = (await waiter.Until(watch, opened.Organization, opened.Run, view => LinkedRuns.IsGone(view.Run), atMost!.Value, cancel))?.Run ?? run;
        return answer.IsPage ? LinkAnswer.LookAgainAt($"/stop/{link}") : answer.Of(LinkedRuns.Of(run) with { Answer = Names.Of(committed.Answer) });
    }
}
