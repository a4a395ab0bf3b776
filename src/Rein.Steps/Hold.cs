using Rein.Worker;

namespace Rein.Steps;

/// <summary>The kind <c>hold</c>: does nothing until it is stopped. For holding a place, and for trying how fast a stop arrives.</summary>
public static class Hold
{
    public const string Kind = "hold";

    public static async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        return StepResult.Success;
    }
}
