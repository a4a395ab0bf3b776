namespace Rein.Worker;

/// <summary>
/// The kind <c>drill</c>, which every worker takes: it does nothing until it is stopped. A server that is to try the stops of a pool starts such a run now and
/// then, and stops it.
/// </summary>
static class Drill
{
    public const string Kind = "drill";

    public static async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        return StepResult.Success;
    }
}
