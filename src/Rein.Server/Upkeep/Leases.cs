using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Sessions;

namespace Rein.Server.Upkeep;

/// <summary>
/// Finds sessions whose lease ran out, and attempts that nobody holds any more. Nobody is declared lost by a node that was away itself: after its
/// start, after an error of the store, after a tick that came late, after a leap of the store's clock, every session gets one full lease first.
/// </summary>
sealed class Leases(ISessionStore sessions, RunCommands commands, CapacityBook capacity, LeaseOptions options, Alarm alarm, ILogger log)
{
    const int AtOnce = 500;

    readonly LeftOut<HeldAttempt> leftOut = new();
    (DateTimeOffset Said, long At)? lastTick;
    int wasAway = 1;

    /// <summary>A heartbeat could not be written: that its lease runs out now says nothing of its worker.</summary>
    public void BeatWasLost() => Volatile.Write(ref wasAway, 1);

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await Look(stop);
            }
            catch (StoreException broken)
            {
                log.StoreIsAway(broken);
                BeatWasLost();
            }
            await alarm.Sleep(null, options.Tick, stop);
        }
    }

    async Task Look(CancellationToken stop)
    {
        var now = await sessions.Now(stop);
        if (IsLate(now))
            BeatWasLost();
        if (Interlocked.Exchange(ref wasAway, 0) == 1)
            await sessions.RenewAll(options.Lease, stop);
        else
            await EndExpired(now, stop);
        await LoseOrphans(stop);
        ForgetUnused();
        await LookAfterOthers(stop);
    }

    /// <summary>
    /// More has passed since the last look than may: this node slept, or the store's clock was set. One that leaps looks like everybody's silence.
    /// </summary>
    bool IsLate(DateTimeOffset now)
    {
        var stamp = options.Time.GetTimestamp();
        var most = options.Tick + (options.Lease / 2);
        var isLate = lastTick is { } last && (options.Time.GetElapsedTime(last.At, stamp) > most || now - last.Said > most);
        lastTick = (now, stamp);
        return isLate;
    }

    async Task EndExpired(DateTimeOffset now, CancellationToken stop)
    {
        foreach (var session in await sessions.EndExpired(now, stop))
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
    /// Whose frames are read here while nothing else of it comes here asks another node for the rest: what it has ended there, what it is to end, and whether it is over, is
    /// looked up, should the signals that say so have been lost.
    /// </summary>
    async Task LookAfterOthers(CancellationToken stop)
    {
        var elsewhere = capacity.Sessions
            .Where(session => session is { IsEmbedded: false, IsRead: true } && options.Time.GetElapsedTime(session.AskedAt) > options.Lease / 2).ToList();
        if (elsewhere.Count == 0)
            return;
        var open = (await sessions.List(null, stop)).Select(session => session.Id).ToHashSet();
        foreach (var session in elsewhere)
            if (open.Contains(session.Id))
                (await SessionRows.Refresh(sessions, session, stop)).SayStops(session);
            else
                capacity.End(session.Id);
    }

    /// <summary>
    /// Open attempts of ended sessions: retried, failed, or closed where the wish exists. The runs decide. One that cannot be committed is no
    /// reason to let sessions live on.
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

    /// <summary>
    /// The same for one worker that comes back or leaves, whatever others have left. What cannot be committed now is found by the next look at all of them, and is no reason to let no
    /// worker in.
    /// </summary>
    public async Task LoseOrphansOf(Guid? organization, string worker, CancellationToken stop)
    {
        foreach (var some in (await sessions.OrphanedOf(organization, worker, stop)).Where(held => !leftOut.Has(held)).Chunk(AtOnce))
            await Task.WhenAll(some.Select(Lose));
    }

    /// <returns>Whether it is open no more, be it that another look was quicker: behind it may be others that none has come to.</returns>
    async Task<bool> Lose(HeldAttempt held)
    {
        try
        {
            return (await commands.Submit(null, new LoseAttempt(held.Run, held.Step, held.Fence))).Answer is Answer.Done or Answer.AlreadyDone or Answer.Fenced;
        }
        catch (CommitException away) when (away.IsStoreAway)
        {
            return false;
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
