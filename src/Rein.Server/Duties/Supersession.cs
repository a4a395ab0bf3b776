using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.Server.Duties;

/// <summary>
/// Makes room for a newcomer that waits: under each key that is full, the older ones that wait are stopped, and of the older holders as many as it
/// takes, the oldest first. Who came later is left alone, and so is whoever holds a key that has room.
/// </summary>
sealed class Supersession(ILimitStore limits, RunCommands commands, Run newcomer)
{
    const int AtOnce = 500;

    public async Task Tell(CancellationToken stop)
    {
        foreach (var name in newcomer.LimitKeys)
        {
            var key = new LimitKey(newcomer.Organization, name);
            // Under a maximum of 0 no stop would make room.
            if (await limits.Find(key, stop) is not { Limit: { Max: > 0, Room: <= 0 } limit })
                continue;
            foreach (var waiting in await Older(last => limits.Queue(key, last, AtOnce, stop)))
                await Stop(waiting);
            var holders = await All(last => limits.Holders(key, last?.Run, AtOnce, stop));
            var needed = 1 - limit.Room - holders.Count(holder => holder.IsStopping);
            foreach (var holder in holders.Where(holder => IsOlder(holder) && !holder.IsStopping).Take(Math.Max(0, needed)))
                await Stop(holder);
        }
    }

    async Task<IEnumerable<LimitRun>> Older(Func<LimitRun?, Task<IReadOnlyList<LimitRun>>> read) =>
        (await All(read)).Where(run => IsOlder(run) && !run.IsStopping);

    static async Task<List<LimitRun>> All(Func<LimitRun?, Task<IReadOnlyList<LimitRun>>> read)
    {
        var all = new List<LimitRun>();
        IReadOnlyList<LimitRun> page;
        do
            all.AddRange(page = await read(all.LastOrDefault()));
        while (page.Count == AtOnce);
        return all;
    }

    /// <summary>By the store's clock; of one moment, by their ids.</summary>
    bool IsOlder(LimitRun other) => (other.CreatedAt, other.Run).CompareTo((newcomer.CreatedAt, newcomer.Id)) < 0;

    Task<Committed> Stop(LimitRun older) => commands.Submit(null, new RequestStop(
        older.Run, StopOrigin.Superseded, "system", $"superseded by {newcomer.Id}", Grace: null, FenceAt.End, Force: false));
}
