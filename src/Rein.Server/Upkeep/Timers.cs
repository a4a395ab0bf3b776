using Rein.Core.Runs;
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

    readonly LeftOut<DueTimer> leftOut = new();

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            var wanted = AtOnce + leftOut.Count;
            var timers = await store.Due(wanted, stop);
            var fired = await Task.WhenAll(timers.Due.Where(timer => !leftOut.Has(timer)).Select(timer => Fire(timer, timers.Now)));
            if (timers.Due.Count < wanted || !fired.Contains(true))
                await alarm.Sleep(timers.Next, SlowTick, stop);
            leftOut.Forgive(timers.Now);
        }
    }

    /// <summary>One that cannot be committed keeps nobody else waiting; the lane has logged why.</summary>
    /// <returns>Whether anything has changed.</returns>
    async Task<bool> Fire(DueTimer timer, DateTimeOffset now)
    {
        try
        {
            var all = await Task.WhenAll(CommandsOf(timer).Select(command => commands.Submit(null, command)));
            return all.Any(committed => committed.Answer is Answer.Done or Answer.Stopped or Answer.Asked or Answer.Escalated);
        }
        catch (CommitException failed)
        {
            // Where the store is to blame it is tried again with the next tick: a grace may have ended.
            if (!failed.IsStoreAway)
                leftOut.Add(timer, now);
            return false;
        }
    }

    static IEnumerable<ICommand> CommandsOf(DueTimer timer) => timer.Step is { } step
        ? [new WakeStep(timer.Run, step)]
        : [new EscalateStop(timer.Run), new ExpireRun(timer.Run), new EndCleanUp(timer.Run)];
}
