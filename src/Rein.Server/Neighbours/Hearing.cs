using System.Collections.Concurrent;
using System.Threading.Channels;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Live;
using Rein.Server.Sessions;
using Rein.Server.Upkeep;

namespace Rein.Server.Neighbours;

/// <summary>
/// Takes up what other nodes have committed: stops reach the workers of this one, what ended gives their places back, watchers look again, steps that wait are claimed. A signal only
/// says where to look; what is true is read from the store. Where signals may have been missed, everything is looked at.
/// </summary>
sealed class Hearing(IStores stores, IStoreSignals signals, CapacityBook capacity, RunFeed feed, RunCommands commands, GateKeeper gates)
{
    /// <summary>Sessions whose rows have to be looked at: once each, however many signals wait for the look.</summary>
    readonly Channel<LiveSession> wanted = Channel.CreateUnbounded<LiveSession>(new() { SingleReader = true });

    readonly ConcurrentDictionary<Guid, LiveSession> waiting = new();

    public async Task Run(CancellationToken stop)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var (listening, looking) = (Listen(both.Token), LookAtSessions(both.Token));
        await Task.WhenAny(listening, looking);
        await both.CancelAsync();
        await Task.WhenAll(listening, looking);
    }

    async Task Listen(CancellationToken stop)
    {
        await foreach (var signal in signals.Listen(stop))
        {
            foreach (var session in capacity.Sessions)
                if ((signal.IsFresh || signal.Sessions.Contains(session.Id)) && waiting.TryAdd(session.Id, session))
                    wanted.Writer.TryWrite(session);
            foreach (var moved in signal.Streams)
                _ = capacity.Find(moved)?.EndReading();
            if (signal.IsFresh || signal.Gates)
                gates.Ring();
            Claim(signal);
            WakeWatchers(signal);
        }
    }

    async Task LookAtSessions(CancellationToken stop)
    {
        while (await wanted.Reader.WaitToReadAsync(stop))
        {
            await Task.WhenAll(Waiting().Select(session => Look(session, stop)));
            if (capacity.IsWorthClaiming)
                commands.PokeClaims();
        }
    }

    /// <summary>Whoever is wanted from here on is looked at again: the look may miss it.</summary>
    List<LiveSession> Waiting()
    {
        var sessions = new List<LiveSession>();
        while (wanted.Reader.TryRead(out var session))
        {
            waiting.TryRemove(session.Id, out _);
            sessions.Add(session);
        }
        return sessions;
    }

    async Task Look(LiveSession session, CancellationToken stop) => (await SessionRows.Refresh(stores.Sessions, session, stop)).SayStops(session);

    void Claim(StoreSignal signal)
    {
        if (capacity.Sessions.Any(session => session.Free > 0 && (signal.IsFresh || signal.Pools.Contains(session.Pool))))
            commands.LookForClaims();
    }

    void WakeWatchers(StoreSignal signal)
    {
        if (signal.IsFresh)
            feed.PublishAll();
        foreach (var run in signal.Runs)
            feed.Publish(run);
    }
}
