namespace Rein.Server.Upkeep;

/// <summary>Keeps one of the node's loops going: what breaks it is logged, and it begins again after a pause.</summary>
static class Loop
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
                log.LoopBroke(loop.Target?.GetType().Name ?? "loop", broken);
                await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }
}
