using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>Gives a person's answer to the step, and tells the task as it is then.</summary>
sealed class Answering(IStores stores, RunCommands commands, TaskPages pages)
{
    public const int LongestNote = 2000;

    public async Task<IResult> Answer(HttpContext http, string text, bool isApproved, Caller caller, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var (named, note) = (fields.Text("wait_node_id", Invocation.LongestWord), fields.Text("note", LongestNote) ?? "");
        if (fields.Refusal is { } refusal)
            return refusal;
        var (run, refused) = await pages.Find(caller.Organization, text, cancel);
        if (run is null)
            return refused!;
        if ((named ?? (await StepsSeen.Of(run, stores.Reader, cancel)).Asking) is not { } step)
            return Refusal.Of(ProblemCodes.NotNow, $"The task {Shown.Of(text)} waits for nobody: {Statuses.Inner(run)}.");
        return Forbids(run, step, caller) ?? await Commit(new(run.Id, step, isApproved, note, caller.Actor), text, caller, cancel);
    }

    async Task<IResult> Commit(AnswerApproval answer, string text, Caller caller, CancellationToken cancel)
    {
        var committed = await commands.Submit(caller.Organization, answer);
        if (committed.Run is not { } now || await pages.Read(now, cancel) is not { } task)
            return TaskPages.NotFound(Ids.Read(text)!.Value);
        var given = StepAnswer.Of(now.Steps.GetValueOrDefault(answer.Step)?.Result).Branch;
        return committed.Answer switch
        {
            Core.Runs.Answer.Done => Replies.Of(task),
            Core.Runs.Answer.AlreadyDone when given == (answer.IsApproved ? Branch.Approved : Branch.Rejected) => Replies.Of(task),
            Core.Runs.Answer.AlreadyDone => Refusal.Of(ProblemCodes.StepAnswered, $"The step '{Shown.Of(answer.Step)}' has its answer, or its time is up."),
            Core.Runs.Answer.Unknown => NoStep(answer.Step),
            Core.Runs.Answer.NotNow => Refusal.Of(ProblemCodes.NotNow, $"The step '{Shown.Of(answer.Step)}' has not begun to wait."),
            _ => Refusal.Of(ProblemCodes.RunEnded, $"The task {Shown.Of(text)} waits for nobody any more: {Statuses.Inner(now)}."),
        };
    }

    /// <summary>The definition of a run never changes, so that this may be asked before.</summary>
    static Refusal? Forbids(Run run, string step, Caller caller)
    {
        if (!run.Definition.TryGet(step, out var node) || node.Kind is not KindCatalog.Approval)
            return NoStep(step);
        return node.Approvers.IsEmpty || node.Approvers.Any(name => caller.Actor == $"key:{name}")
            ? null
            : Refusal.Of(ProblemCodes.NotAnApprover, $"The step '{Shown.Of(step)}' is answered by others; this is {caller.Actor}.");
    }

    static Refusal NoStep(string step) => Refusal.Of(ProblemCodes.StepNotFound, $"The task has no step '{Shown.Of(step)}' that waits for somebody.");
}
