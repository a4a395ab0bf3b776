using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.StopLinks;
using Rein.Server.Dialects.Axiom.Runs;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom.Viewer;

/// <summary>What the viewer URL opens: that one run, as it is now, and a button. Looking stops nothing.</summary>
static class OpenViewer
{
    static readonly Parameter[] s_asks =
    [
        new("host", "With the pid in it: `c-0007-v4-proxy.…`."), new("password", "Of the run."),
        new("port", "Passed over.", Microsoft.OpenApi.JsonSchemaType.Integer), new("taskId", "Passed over: the password says which run it is."),
    ];

    public static void MapOpenViewer(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ViewerAddress.Path, Look).WithName("openViewer").Produces<string>(StatusCodes.Status200OK, "text/html").RefusesAs<string>("text/html")
            .Says("Shows a run as a page that looks again by itself, with a button to stop it.", s_asks);
        routes.MapPost(ViewerAddress.Path, Press).WithName("pressStopInViewer").Produces(StatusCodes.Status303SeeOther).RefusesAs<string>("text/html")
            .Says("That button.", s_asks);
    }

    static async Task<IResult> Look(HttpContext http, ViewerLinks links, IStores stores, TimeProvider time, CancellationToken cancel)
    {
        if (await links.Open(Said(http), cancel) is not var (caller, link, _) || await stores.Reader.Find(link.Organization, link.Run, cancel) is not { } view)
            return Refused(Refusal.Of(ProblemCodes.LinkNotFound));
        if (caller.Budgets.Requests is { } bucket && !bucket.TryTake(time.GetTimestamp(), out var wait))
            return Refused(RateRules.Refuse(bucket, wait));
        return LinkAnswer.Show(StopLinkPage.Of(LinkedRuns.Of(view.Run), await ViewerPage.MoreOf(view, stores.Reader, cancel)));
    }

    static async Task<IResult> Press(HttpContext http, ViewerLinks links, Stops stops, CancellationToken cancel)
    {
        if (await links.Open(Said(http), cancel) is not var (caller, link, _))
            return Refused(Refusal.Of(ProblemCodes.LinkNotFound));
        return await stops.Stop(http, caller, link) is { } refusal ? Refused(refusal) : LinkAnswer.LookAgainAt(http.Request.QueryString.Value!);
    }

    static ViewerAddress Said(HttpContext http) => ViewerAddress.Parse(http.Request.QueryString.Value ?? "");

    static IResult Refused(Refusal refusal) => LinkAnswer.Show(StopLinkPage.Of(refusal.Problem), refusal.Problem.Status);
}
