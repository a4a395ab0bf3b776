using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Live;
using Rein.Server.Metrics;
using Rein.Server.Upkeep;

namespace Rein.Server.Drills;

/// <summary>
/// Tries now and then whether the pools that want it can be stopped. A drill that is due is taken by one node, for longer than it lasts; how it went stands in
/// the pool's row, which is what every node goes by.
/// </summary>
sealed class DrillDesk(IStores stores, RunCommands commands, RunFeed feed, Instruments metrics, DrillOptions options, Alarm alarm, ILogger log)
{
    const int AtOnce = 8;
    const int LookAtOnce = 100;
    const string Actor = "system:drill";
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any drill lasts: the wait for a place, the longest time for a stop, and what lies around them.</summary>
    static readonly TimeSpan Hold = TimeSpan.FromMinutes(3);

    static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    readonly Dictionary<PoolKey, Task> underWay = [];

    public void Look() => alarm.Ring();

    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                foreach (var (pool, _) in underWay.Where(entry => entry.Value.IsCompleted).ToArray())
                    underWay.Remove(pool);
                foreach (var drill in await stores.Pools.TakeDrills(AtOnce, Hold, stop))
                    underWay[drill.Key] = BeginAfter(underWay.GetValueOrDefault(drill.Key) ?? Task.CompletedTask, drill, stop);
                await alarm.Sleep(null, SlowTick, stop);
            }
        }
        finally
        {
            await Task.WhenAll(underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One that was set anew while the former is under way waits for it.</summary>
    async Task BeginAfter(Task former, DueDrill drill, CancellationToken stop)
    {
        await former.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await Begin(drill, stop);
    }

    async Task Begin(DueDrill drill, CancellationToken stop)
    {
        try
        {
            if (drill.Left is { } left)
                await commands.Submit(drill.Key.Organization, new RequestStop(
                    left, StopOrigin.Policy, Actor, "the node that held the drill is gone", TimeSpan.Zero, FenceAt.Now, Force: true));
            await Carry(drill, stop);
        }
        catch (Exception broken) when (!stop.IsCancellationRequested)
        {
            log.DrillBroke(PoolName.Say(drill.Key.Pool), broken);
        }
    }

    async Task Carry(DueDrill drill, CancellationToken stop)
    {
        var canary = new Canary(drill, commands, stores.Reader, feed, options.Time);
        var result = await Takers(drill.Key, stop) switch
        {
            Taking.Nobody => null,
            Taking.NoKind => new DrillResult($"no worker of the pool takes steps of the kind {KindCatalog.Drill}", null, null),
            _ => await Try(drill, canary, stop),
        };
        var next = result is { Why: not null } && drill.Rule.Every > options.Again ? options.Again : drill.Rule.Every;
        if (result is null && drill.State is DrillState.Failed && next > options.Again)
            next = options.Again;
        var isNew = await stores.Pools.EndDrill(drill, result, next, Note(drill, result, canary.Run), stop);
        Tell(drill, result, canary.Run, isNew);
        if (isNew)
            await options.Changed(stop);
        await Forget(drill.Key, stop);
    }

    /// <summary>Runs of drills are kept for an hour, whatever is kept of others.</summary>
    async Task Forget(PoolKey pool, CancellationToken stop)
    {
        var rule = new PruneRule(pool.Organization, Kept, null, LookAtOnce) { Label = (Canary.Label, PoolName.Say(pool.Pool)) };
        for (Guid? after = Guid.Empty; after is { } from;)
            after = (await stores.Retention.Prune(rule, from, stop)).Last;
    }

    async Task<Taking> Takers(PoolKey pool, CancellationToken stop)
    {
        var sessions = (await stores.Sessions.List(null, stop))
            .Where(session => session.Pool == pool.Pool && (session.Organization is null || session.Organization == pool.Organization) && session.Drain is null)
            .ToList();
        return sessions.Count == 0 ? Taking.Nobody : sessions.Exists(session => session.Kinds.Contains(KindCatalog.Drill)) ? Taking.Somebody : Taking.NoKind;
    }

    /// <returns>Null where it was handed to nobody: that says nothing of stops.</returns>
    async Task<DrillResult?> Try(DueDrill drill, Canary canary, CancellationToken stop)
    {
        if (!await stores.Pools.BeginDrill(drill, canary.Run, stop))
            return null;
        await canary.Start();
        var begun = await canary.UntilBegun(stop);
        if (begun is not { ActiveAttempts: > 0, IsStopping: false })
        {
            await canary.Stop(force: true);
            return EndedByItself(await canary.Attempt(stop));
        }
        var watched = options.Watch.Watch(canary.Run);
        try
        {
            var session = (await canary.Attempt(stop))?.Session;
            await canary.Stop(force: false);
            var run = await canary.UntilProved(watched, () => session is { } own && options.Watch.IsReadHere(own), stop);
            return EndedByItself(await canary.Attempt(stop)) ?? Judge(run, watched, drill.Rule);
        }
        finally
        {
            options.Watch.Forget(canary.Run);
        }
    }

    /// <summary>Whoever does not wait for its stop cannot be said to hear it, whichever of the two came first. That its worker was lost says nothing.</summary>
    static DrillResult? EndedByItself(Attempt? attempt) => attempt?.Outcome is Outcome.Succeeded or Outcome.Failed or Outcome.TimedOut
        ? new($"its worker did not wait to be stopped: its attempt has {(attempt.Outcome is Outcome.Succeeded ? "succeeded" : "failed")}", null, null)
        : null;

    /// <summary>Where another node carries its session, what the server takes counts in: the rows know no more.</summary>
    /// <returns>Null where the worker was in time, and the server was not.</returns>
    static DrillResult? Judge(Run? run, WatchedDrill watched, DrillRule rule)
    {
        if (run?.Stop is not { } wish || (!run.HasEnded && watched.Proved <= rule.Within))
            return null;
        var heard = watched.Heard ?? wish.HeardAt - wish.RequestedAt;
        TimeSpan? proved = run is { HasEnded: true, Unproved: 0 } ? watched.Proved ?? run.ChangedAt - wish.RequestedAt : null;
        var limit = $"{rule.Within.TotalMilliseconds:0} ms";
        return proved switch
        {
            null => new(heard is null ? $"nobody heard of the stop within {limit}" : $"it was heard after {heard.Value.TotalMilliseconds:0} ms, and not proved within {limit}", heard, null),
            { } late when late > rule.Within => new($"the proof took {late.TotalMilliseconds:0} ms, more than {limit}", heard, late),
            _ => new(null, heard, proved),
        };
    }

    /// <summary>A first drill that passes has changed nothing for anybody.</summary>
    static AuditEntry? Note(DueDrill drill, DrillResult? result, Guid run) => (result, drill.State) switch
    {
        (null, _) or ({ Why: null }, not DrillState.Failed) => null,
        ({ Why: { } why }, _) => Entry(drill, AuditAction.DrillFailed, run) with { Detail = why },
        _ => Entry(drill, AuditAction.DrillPassed, run),
    };

    static AuditEntry Entry(DueDrill drill, AuditAction action, Guid run) =>
        new(drill.Key.Organization, Actor, action, $"pool:{PoolName.Say(drill.Key.Pool)}", run);

    void Tell(DueDrill drill, DrillResult? result, Guid run, bool isNew)
    {
        var pool = PoolName.Say(drill.Key.Pool);
        metrics.Drilled(pool, result);
        if (result is { Why: { } why } && isNew)
            log.DrillFailed(pool, run, why);
        else if (result is { Why: null } && isNew && drill.State is DrillState.Failed)
            log.DrillPassed(pool, run);
    }

    enum Taking
    {
        Nobody,
        NoKind,
        Somebody,
    }
}

/// <param name="Again">After a failure it is tried again so soon, or sooner.</param>
/// <param name="Watch">Sees what this node's workers are told and say.</param>
/// <param name="Changed">Told where a pool is given more, or less, than before.</param>
sealed record DrillOptions(TimeProvider Time, TimeSpan Again, DrillWatch Watch, Func<CancellationToken, Task> Changed);
