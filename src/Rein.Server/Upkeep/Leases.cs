using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;

namespace Rein.Server.Upkeep;

/// <summary>
/// Finds sessions whose lease ran out, and attempts that nobody holds any more. Nobody is declared lost by a node that was away itself: after its
/// start, after an error of the store, after a tick that came late, every session gets one full lease first.
/// </summary>
sealed class Leases(ISessionStore sessions, RunCommands commands, CapacityBook capacity, LeaseOptions options, Alarm alarm, ILogger log)
{
    const int AtOnce = 500;

    readonly LeftOut<HeldAttempt> leftOut = new();

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
                ForgetUnused();
                wasAway = false;
            }
            catch (StoreException broken)
            {
                log.StoreIsAway(broken);
                wasAway = true;
            }
            await alarm.Sleep(null, options.Tick, stop);
            wasAway |= options.Time.GetElapsedTime(before) > options.Tick + options.Lease / 2;
        }
    }

    async Task EndExpired(CancellationToken stop)
    {
        foreach (var session in await sessions.EndExpired(stop))
        {
            // Nothing more is handed to it: a ghost would take steps and lose them.
            capacity.End(session.Id);
            log.SessionLost(session.Id, session.Worker);
        }
    }

    /// <summary>Who has gone to another node, or is gone: the rows know what it holds, and it is carried on from them if it comes back.</summary>
    void ForgetUnused()
    {
        foreach (var session in capacity.Sessions)
            if (session is { IsEmbedded: false, IsRead: false } && options.Time.GetElapsedTime(session.AskedAt) > options.Lease)
                capacity.End(session.Id);
    }

    /// <summary>
    /// Open attempts of ended sessions: retried, failed, or closed where the wish exists. The runs decide. One that cannot be committed is no
    /// reason to let sessions live on, or to let no worker in.
    /// </summary>
    public async Task LoseOrphans(CancellationToken stop)
    {
        leftOut.Forgive(options.Time.GetUtcNow());
        while (true)
        {
            var wanted = AtOnce + leftOut.Count;
            var orphans = await sessions.Orphaned(wanted, stop);
            var lost = await Task.WhenAll(orphans.Where(held => !leftOut.Has(held)).Select(Lose));
            if (orphans.Count < wanted || !lost.Contains(true))
                return;
        }
    }

    /// <returns>Whether anything has changed.</returns>
    async Task<bool> Lose(HeldAttempt held)
    {
        try
        {
            return (await commands.Submit(null, new LoseAttempt(held.Run, held.Step, held.Fence))).Answer is Answer.Done;
        }
        catch (CommitException poison)
        {
            log.OrphanLeftOut(held.Run, held.Step, poison);
            leftOut.Add(held, options.Time.GetUtcNow());
            return false;
        }
    }
}

/// <param name="Lease">How long a session lives without a heartbeat.</param>
/// <param name="Tick">How often leases are looked at.</param>
sealed record LeaseOptions(TimeSpan Lease, TimeSpan Tick, TimeProvider Time);
