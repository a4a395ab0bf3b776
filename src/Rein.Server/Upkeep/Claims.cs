using Rein.Server.Commits;
using Rein.Server.Dispatch;

namespace Rein.Server.Upkeep;

/// <summary>Looks into the ready queue on a slow tick: other nodes put steps there too, and a wake-up may be lost.</summary>
sealed class Claims(CapacityBook capacity, RunCommands commands, Alarm alarm)
{
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(1);

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            if (capacity.Sessions.Any(session => session.Free > 0))
                commands.LookForClaims();
            await alarm.Sleep(null, SlowTick, stop);
        }
    }
}
