using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;
using Rein.Server.Api.Workflows;
using Rein.Server.Commits;
using Rein.Server.Dialects.Axiom.Viewer;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>
/// Starts a run of the latest version, and hands out what stops it: here, and nowhere else ever again. Where the slots are taken it waits, the first in line first, and its
/// answer says so; what stops it is beside that, under names that existing clients do not look at.
/// </summary>
static class TriggerRun
{
    const string Waits = "Axiom could not start due to a lack of available resources. The task has been queued and will retry in five minutes.";

    public static void MapTriggerRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/trigger", Handle).Needs(Scopes.Start).WithMetadata(new MostOfABody(Body.Large)).Takes<TriggerParams>().Answers<TriggerDocument>()
            .Says("Starts a run of an automation, or queues it. The answer alone has what stops it.");

    static async Task<IResult> Handle(
        HttpContext http, Caller caller, WorkflowCatalog catalog, RunCommands commands, Slots slots, Runtime runtime, ViewerLinks links, SecretBook secrets,
        CancellationToken cancel)
    {
        var body = await BodyKey.BodyOf(http);
        var fields = new Fields(body);
        var (name, unread) = AutomationName.Read(body, fields);
        if (unread is not null)
            return unread;
        if (await catalog.Latest(caller.Organization, name, cancel) is not { } version)
            return Refusal.Of(ProblemCodes.WorkflowNotFound);
        var (input, refused) = TriggerData.Read(fields, version.Definition.Inputs);
        if ((refused ?? await secrets.Lacks(caller.Organization, version.Definition, cancel)) is { } refusal)
            return refusal;
        if (await runtime.IsUsedUp(caller.Organization, cancel))
            return AxiomProblems.Refuse(StatusCodes.Status403Forbidden, "Quota exceeded");
        await slots.Set(caller.Organization);
        var start = UnderSlots(Launch.Of(version, caller).Plain(commands.NewRun(), input));
        var (link, pid, password) = await links.New(caller, start.Run, cancel);
        var started = (await commands.Start([new(start) { Link = link }]))[0];
        var address = links.AddressOf(http.Request, start.Run, pid, password);
        return Replies.Of(started.Answer is StartAnswer.Blocked
            ? new TriggerDocument { Status = Statuses.Queued, Message = Waits, RunId = start.Run, ViewerUrl = address }
            : new TriggerDocument { Link = address });
    }

    static StartRun UnderSlots(StartRun start) => start with { LimitKeys = [AxiomDialect.Name, .. start.LimitKeys] };
}
