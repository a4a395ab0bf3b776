using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>
/// Steps that wait for somebody outside: a <c>wait</c> for what is to come, an <c>approval</c> for a person. The answer is kept as the result of the
/// step. Under a pause it is only kept, as the time of a delay is only noted, and a resume takes it up.
/// </summary>
sealed partial class Transition
{
    void AwaitAnswer(Node node, Step step)
    {
        var scope = ScopeOf(step);
        var patience = node.ResolvePatience(scope);
        var message = node.Kind is KindCatalog.Approval ? node.ResolveMessage(scope) : default;
        effort.Bytes += message.Value?.Length ?? 0;
        if ((patience.Fault ?? message.Fault) is { } fault)
            Fail(step, fault.Message);
        else
            Wait(step with { Result = message.Value is { } text ? new StepAnswer { Message = text }.ToJson() : default(ReadOnlyMemory<byte>?) }, Now + patience.Value);
    }

    /// <summary>The answer is here, in time: who sees it first is the commit on the run.</summary>
    public void Answer(Step step, StepAnswer answer)
    {
        Add(new RunEvent(RunEventKind.StepAnswered) { Step = step.Id, Actor = answer.By, Reason = answer.Note, Branch = answer.Branch.Word() });
        var answered = step with { Result = answer.ToJson() };
        if (Run.Pause is not null && !Run.IsCleaningUp)
            Put(answered with { IsDue = true, DueAt = null });
        else
            Conclude(answered, answer);
    }

    /// <summary>Its time is up, or a pause is over behind which an answer may have come.</summary>
    void Conclude(Node node, Step step)
    {
        var answer = StepAnswer.Of(step.Result);
        if (answer.Branch is Branch.Always)
            answer = answer with { Branch = node.Kind is KindCatalog.Wait ? Branch.TimedOut : Branch.Expired };
        Conclude(step with { Result = answer.ToJson() }, answer);
    }

    /// <summary>A no that no child asked for is a failure: it must not look as if the run had gone its way.</summary>
    void Conclude(Step step, StepAnswer answer)
    {
        var node = Run.Definition.NodeOf(step.Id);
        var isNo = answer.Branch is Branch.Rejected or Branch.Expired or Branch.TimedOut;
        if (isNo && !node.Children.Any(child => Branches.Enables(node, answer.Branch, Run.Definition.Nodes[child].Branch)))
            Fail(step, answer.WhyNot());
        else
            Succeed(step, step.Result, answer.Branch);
    }
}
