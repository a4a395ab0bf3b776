using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Steps;

/// <summary>A person says yes or no to a step that asks.</summary>
static class AnswerApprovals
{
    public static void MapAnswerApproval(this IEndpointRouteBuilder routes)
    {
        Map(routes, "approve", isApproved: true, "Approves what a step asks for. The first answer counts.");
        Map(routes, "reject", isApproved: false, "Rejects what a step asks for. The first answer counts.");
    }

    static void Map(IEndpointRouteBuilder routes, string verb, bool isApproved, string says) =>
        routes.MapPost(
                $"/v1/runs/{{run}}/steps/{{step}}/{verb}",
                (HttpContext http, RunId run, string step, Query query, Caller caller, RunCommands commands, IStores stores, CancellationToken cancel) =>
                    Handle(new(http, run, step, isApproved), query, caller, commands, stores, cancel))
            .Needs(Scopes.Start).WithName($"{verb}Step").Takes<AnswerApprovalRequest>().Says(says);

    static async Task<Results<Ok<StepReply>, Refusal>> Handle(
        Asked asked, Query query, Caller caller, RunCommands commands, IStores stores, CancellationToken cancel)
    {
        var body = await Body.Read(asked.Http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var note = fields.Text("note", 2000) ?? "";
        fields.RefuseOthers();
        if ((fields.Refusal ?? await Forbids(asked, caller, stores, cancel)) is { } refusal)
            return refusal;
        var committed = await commands.Submit(caller.Organization, new AnswerApproval(asked.Run.Value, asked.Step, asked.IsApproved, note, caller.Actor));
        return await StepReplies.Of(committed, asked.Run, asked.Step, asked.IsApproved ? Branch.Approved : Branch.Rejected, stores, caller, cancel);
    }

    /// <summary>The definition of a run never changes, so that this may be asked before.</summary>
    static async Task<Refusal?> Forbids(Asked asked, Caller caller, IStores stores, CancellationToken cancel)
    {
        if (await stores.Reader.Find(caller.Organization, asked.Run.Value, cancel) is not { } view)
            return await stores.Missing(caller, asked.Run, cancel);
        if (!view.Run.Definition.TryGet(asked.Step, out var node) || node.Kind is not KindCatalog.Approval)
            return StepReplies.NoStep(view.Run.Definition, asked.Step);
        return node.Approvers.IsEmpty || node.Approvers.Any(name => caller.Actor == $"key:{name}")
            ? null
            : Refusal.Of(ProblemCodes.NotAnApprover, $"The step '{asked.Step}' is answered by {string.Join(", ", node.Approvers.Select(name => $"key:{name}"))}; this is {caller.Actor}.");
    }

    readonly record struct Asked(HttpContext Http, RunId Run, string Step, bool IsApproved);
}
