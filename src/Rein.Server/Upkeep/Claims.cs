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
            foreach (var session in capacity.Sessions)
                capacity.Backlog.Add(session.Pool, session.Kinds);
            if (capacity.IsWorthClaiming)
                commands.PokeClaims();
            await alarm.Sleep(null, SlowTick, stop);
        }
    }
}
