using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Steps;

/// <summary>What an answer to a step came to: the first one counts. Giving the same again is no mistake; giving another is.</summary>
static class StepReplies
{
    public static async Task<Results<Ok<StepReply>, Refusal>> Of(Committed committed, RunId run, string step, Branch wanted, IStores stores, Caller? caller, CancellationToken cancel)
    {
        if (committed.Run is not { } now)
            return caller is null ? Refusal.NoRun(run) : await stores.Missing(caller, run, cancel);
        var reached = now.Steps.GetValueOrDefault(step);
        var answer = StepAnswer.Of(reached?.Result);
        return committed.Answer switch
        {
            Answer.Done => TypedResults.Ok(Say("done", now, reached!)),
            Answer.AlreadyDone when answer.Branch == wanted => TypedResults.Ok(Say("already_done", now, reached!)),
            Answer.AlreadyDone => Refusal.Of(ProblemCodes.StepAnswered, Why(step, answer)),
            Answer.AlreadyEnded => Refusal.Of(ProblemCodes.RunEnded, $"The run {now.Id} has ended: {Names.Of(now.State)}."),
            Answer.Stopping => Refusal.Of(ProblemCodes.RunStopping, $"A stop of the run {now.Id} was asked for."),
            Answer.NotNow => Refusal.Of(ProblemCodes.NotNow, $"The step '{Shown.Of(step)}' has not begun to wait."),
            _ => NoStep(now.Definition, step),
        };
    }

    public static Refusal NoStep(Definition definition, string step) => Refusal.Of(
        ProblemCodes.StepNotFound,
        definition.TryGet(step, out var node) && node.Loop is { } loop && !StepId.IsIndexed(step)
            ? $"The node '{node.Id}' is in the body of '{loop}', where each iteration has a step of its own: such as '{StepId.Of(node.Id, 0)}'."
            : $"The run has no step '{Shown.Of(step)}' that waits for this.");

    static StepReply Say(string answer, Run run, Step step) => new() { Answer = answer, State = Names.Of(run.State), Step = step.ToDocument() };

    static string Why(string step, StepAnswer answer) => answer switch
    {
        { Branch: Branch.Always } => $"The time of the step '{step}' is up, or it was withdrawn.",
        { By: { } who } => $"The step '{step}' was answered by {who}: {Names.Of(answer.Branch)}.",
        _ => $"The step '{step}' has ended without an answer: {Names.Of(answer.Branch)}.",
    };
}
