using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>The latest run of an automation, whoever started it and how: how it is, and what it has collected so far.</summary>
static class ReadRunData
{
    public static void MapReadRunData(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/run-data", Handle).Needs(Scopes.Read).Takes<NameParams>().Answers<RunDataDocument>()
            .Says("Reads how the latest run of an automation is, and what it has collected, a table for each step.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, WorkflowCatalog catalog, IRunReader reader, CancellationToken cancel)
    {
        var body = await BodyKey.BodyOf(http);
        var (name, unread) = AutomationName.Read(body, new(body));
        if (unread is not null)
            return unread;
        if (await reader.List(new(caller.Organization, 1) { Workflow = name }, cancel) is [var latest])
            return new TableReply(Statuses.Of(latest.Run), await Tables.Of(latest.Run.Id, reader, cancel));
        return Refusal.Of(await catalog.Latest(caller.Organization, name, cancel) is null ? ProblemCodes.WorkflowNotFound : ProblemCodes.RunNotFound);
    }
}
