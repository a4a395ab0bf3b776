using System.Text;
using System.Text.Json;
using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>The child that a step awaited has ended; the step ends with it.</summary>
public sealed record EndChild(Guid Run, string Step, Guid Child, RunState ChildState) : ICommand
{
    public Cause? ChildCause { get; init; }

    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (run.Steps.GetValueOrDefault(Step) is not { } step || step.Child != Child)
            return Answer.Unknown;
        if (step.State is not StepState.Waiting)
            return Answer.AlreadyDone;
        if (run.IsStopping)
            return Answer.Stopping;
        var transition = new Transition(run, now);
        var result = ResultOf(Child, ChildState, ChildCause);
        if (ChildState is RunState.Succeeded)
            transition.Succeed(step, result);
        else
            transition.Fail(step with { Result = result }, $"the child run {Child} ended as {ChildState}");
        transition.Settle();
        return transition.Seal(Answer.Done);
    }

    /// <summary><c>{ runId, state, cause }</c>; only the id of a run that nobody waits for.</summary>
    internal static ReadOnlyMemory<byte> ResultOf(Guid child, RunState? state, Cause? cause)
    {
        var text = new StringBuilder($"{{\"runId\":\"{child}\"");
        if (state is { } ended) text.Append($",\"state\":\"{Word(ended)}\"");
        if (cause is { } why) text.Append($",\"cause\":\"{Word(why)}\"");
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
