using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;

namespace Rein.Server.Upkeep;

/// <summary>Admits blocked runs where room came free: at once when a run ends, and on a slow tick for what a lost signal would have told.</summary>
sealed class Admissions(ILimitStore limits, RunCommands commands, AdmissionList list, Alarm alarm)
{
    const int AtOnce = 200;
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(2);

    /// <summary>Keys take turns: those of which nobody comes in, because he waits for another as well, are looked at again behind all others.</summary>
    LimitKey? lookedAt;

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            var keys = list.TakeAll();
            if (keys.Count == 0)
            {
                keys = await limits.Admissible(lookedAt, AtOnce, stop);
                lookedAt = keys.Count == AtOnce ? keys[^1] : null;
            }
            var admitted = await Task.WhenAll(keys.Select(Admit));
            if (admitted.Sum() == 0)
                await alarm.Sleep(null, SlowTick, stop);
        }
    }

    /// <summary>A full round means that there may be more.</summary>
    async Task<int> Admit(LimitKey key)
    {
        var all = 0;
        int round;
        do
        {
            round = await commands.Admit(key);
            all += round;
        }
        while (round == AdmitWork.AtOnce);
        return all;
    }
}
