using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Duties;
using Rein.Server.Live;
using Rein.Server.Metrics;
using Rein.Server.Upkeep;

namespace Rein.System.Tests.Limits;

/// <summary>So much of a node as fulfils duties: a lane, and whoever knows what is owed. Nothing of it happens by itself.</summary>
sealed class SlotNode : IDisposable
{
    readonly Alarm nobody = new(TimeProvider.System);
    readonly Instruments instruments;
    readonly Lane lane;

    public SlotNode(IStores stores, CapacityBook capacity, BatchRules rules, CommitProbe probe)
    {
        List<Lane> lanes = [];
        var feed = new RunFeed();
        instruments = new("slots", capacity, lanes);
        var signals = new Signals(capacity, feed, new(nobody, nobody, nobody, nobody), null);
        lanes.Add(lane = new(stores.Runs, capacity, signals, new(rules, TimeProvider.System, instruments, probe, new(TimeProvider.System)), NullLogger.Instance, 0));
        Duties = new(stores, new(lanes, new(TimeProvider.System)), feed, new(instruments, null, rules.Secrets, TimeProvider.System), nobody, NullLogger.Instance);
    }

    public DutyDesk Duties { get; }

    public void Dispose()
    {
        lane.Dispose();
        instruments.Dispose();
        nobody.Dispose();
    }
}
