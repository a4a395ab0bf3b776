using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.Server.Upkeep;

/// <summary>
/// Finds sessions whose lease ran out, and attempts that nobody holds any more. Nobody is declared lost by a node that was away itself: after its
/// start, after an error of the store, after a tick that came late, every session gets one full lease first.
/// </summary>
sealed partial class Leases(ISessionStore sessions, RunCommands commands, LeaseOptions options, Alarm alarm, ILogger log)
{
    const int AtOnce = 500;

    public async Task Run(CancellationToken stop)
    {
        var wasAway = true;
        while (true)
        {
            var before = options.Time.GetTimestamp();
            try
            {
                if (wasAway)
                    await sessions.RenewAll(options.Lease, stop);
                else
                    await EndExpired(stop);
                await LoseOrphans(stop);
                wasAway = false;
            }
            catch (StoreException broken)
            {
                StoreIsAway(log, broken);
                wasAway = true;
            }
            await alarm.Sleep(null, options.Tick, stop);
            wasAway |= options.Time.GetElapsedTime(before) > options.Tick + options.Lease / 2;
        }
    }

    async Task EndExpired(CancellationToken stop)
    {
        foreach (var session in await sessions.EndExpired(stop))
            SessionLost(log, session.Id, session.Worker);
    }

    /// <summary>Open attempts of ended sessions: retried, failed, or closed where the wish exists. The runs decide.</summary>
    public async Task LoseOrphans(CancellationToken stop)
    {
        while (true)
        {
            var orphans = await sessions.Orphaned(AtOnce, stop);
            await Task.WhenAll(orphans.Select(held => commands.Submit(null, new LoseAttempt(held.Run, held.Step, held.Fence))));
            if (orphans.Count < AtOnce)
                return;
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "The store is away; sessions keep their leases")]
    static partial void StoreIsAway(ILogger log, Exception broken);

    [LoggerMessage(1102, LogLevel.Warning, "Session {Session} of worker {Worker} was lost: its lease ran out")]
    static partial void SessionLost(ILogger log, Guid session, string worker);
}

/// <param name="Lease">How long a session lives without a heartbeat.</param>
/// <param name="Tick">How often leases are looked at.</param>
sealed record LeaseOptions(TimeSpan Lease, TimeSpan Tick, TimeProvider Time);
