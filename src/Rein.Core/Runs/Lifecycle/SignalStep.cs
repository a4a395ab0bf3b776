using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>What a <c>wait</c> waited for has come.</summary>
/// <param name="Data">JSON, UTF-8: what the step's result has as <c>data</c>; null for nothing.</param>
public sealed record SignalStep(Guid Run, string Step, ReadOnlyMemory<byte>? Data, string Actor) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now) =>
        AnswerStep.Decide(run, now, Step, KindCatalog.Wait, _ => new() { Branch = Branch.Resumed, By = Actor, Data = Data });
}
