namespace Rein.Server.Upkeep;

/// <summary>Keeps one of the node's loops going: what breaks it is logged, and it begins again after a pause.</summary>
static partial class Loop
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task Keep(Func<CancellationToken, Task> loop, TimeProvider time, ILogger log, CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stop.IsCancellationRequested)
            try
            {
                await loop(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken)
            {
                LoopBroke(log, loop.Target?.GetType().Name ?? "loop", broken);
                await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    [LoggerMessage(1103, LogLevel.Error, "{Loop} broke off; it begins again")]
    static partial void LoopBroke(ILogger log, string loop, Exception broken);
}
