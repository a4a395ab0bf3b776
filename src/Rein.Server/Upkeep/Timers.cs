using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.Server.Upkeep;

/// <summary>
/// Submits what has fallen due: ends of grace and clean-up, deadlines, delays, retry times. Each due run gets every command that its clock could
/// mean, and decides for itself which of them applies.
/// </summary>
sealed class Timers(ITimerStore store, RunCommands commands, Alarm alarm)
{
    const int AtOnce = 500;
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(1);

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            var timers = await store.Due(AtOnce, stop);
            await Task.WhenAll(timers.Due.Select(Fire));
            if (timers.Due.Count < AtOnce)
                await alarm.Sleep(timers.Next, SlowTick, stop);
        }
    }

    Task Fire(DueTimer timer) => timer.Step is { } step
        ? commands.Submit(null, new WakeStep(timer.Run, step))
        : Task.WhenAll(
            commands.Submit(null, new EscalateStop(timer.Run)),
            commands.Submit(null, new ExpireRun(timer.Run)),
            commands.Submit(null, new EndCleanUp(timer.Run)));
}
