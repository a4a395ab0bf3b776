using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Live;
using Rein.Server.Sessions;

namespace Rein.Server.Neighbours;

/// <summary>
/// Takes up what other nodes have committed: stops reach the workers of this one, watchers look again, steps that wait are claimed. A signal only
/// says where to look; what is true is read from the store. Where signals may have been missed, everything is looked at.
/// </summary>
sealed class Hearing(IStores stores, IStoreSignals signals, CapacityBook capacity, RunFeed feed, RunCommands commands)
{
    public async Task Run(CancellationToken stop)
    {
        await foreach (var signal in signals.Listen(stop))
        {
            var stops = capacity.Sessions
                .Where(session => signal.IsFresh || signal.Sessions.Contains(session.Id))
                .Select(session => TellStops(session, stop))
                .ToList();
            Claim(signal);
            WakeWatchers(signal);
            await Task.WhenAll(stops);
        }
    }

    /// <summary>Stops that were told before are told again: for the worker the time only gets shorter.</summary>
    async Task TellStops(LiveSession session, CancellationToken stop)
    {
        foreach (var outstanding in await stores.Sessions.Outstanding(session.Id, stop))
            session.Stop(Frames.Of(outstanding));
    }

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
