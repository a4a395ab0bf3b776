using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Runs;

static class RunWorkflow
{
    const int LongestNodeId = 64;

    public static void MapRunWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/workflows/{id}/run", Handle).Needs(Scopes.Start).Takes<RunParams>().Answers<RunStarted>()
            .Says("Starts a run of a workflow: of its latest version, published or not, or of the one that is named.");

    static async Task<IResult> Handle(
        HttpContext http, string id, Caller caller, WorkflowPages workflows, Starts starts, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var number = fields.Whole("version", 1, int.MaxValue);
        var isTrial = fields.Flag("simulate") is true | fields.Flag("dustTest") is true;
        var trigger = fields.Text("triggerNodeId", LongestNodeId) ?? Definition.RootId;
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await workflows.Find(caller.Organization, id, number, cancel) is not { } version)
            return Workflows.ReadWorkflow.NotFound(id);
        if (isTrial)
            return Refusal.Of(ProblemCodes.BadField, "Nothing is simulated here: the run would do its work.");
        if (trigger != Definition.RootId)
            return B3osProblems.Refuse(B3osProblems.NotManual, $"A run begins at the node 'root'; '{Shown.Of(trigger)}' is not it.");
        var props = (await workflows.Beside(version, cancel)).PropValues;
        var (run, refused) = await starts.Start(Launch.Of(version, caller), fields, props, cancel);
        return refused ?? Started(run!.Id, fields);
    }

    /// <summary>As the client called it, where it did.</summary>
    public static IResult Started(Guid run, Fields fields) => Replies.Of(new RunStarted { RunId = fields.Any("runId")?.GetString() ?? Ids.OfRun(run) });
}
