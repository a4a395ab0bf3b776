using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Sessions;

namespace Rein.Server.Upkeep;

/// <summary>
/// Reads which pools and sessions are handed nothing, and tells the workers of this node: at once where it was changed here, at a signal of another
/// node, and on a slow tick for what a lost signal would have told.
/// </summary>
sealed class GateKeeper(IPoolStore pools, CapacityBook capacity, RunCommands commands, TimeProvider time, Alarm alarm) : IDisposable
{
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(1);

    /// <summary>A look that began later must not be overwritten by one that took longer.</summary>
    readonly SemaphoreSlim looking = new(1);

    (DateTimeOffset Now, long At) clock;

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            await Look(stop);
            await alarm.Sleep(null, SlowTick, stop);
        }
    }

    public void Ring() => alarm.Ring();

    /// <summary>Before the first session takes work: a node that begins anew keeps to what was decided before.</summary>
    public Task EnsureRead(CancellationToken cancel) => ReferenceEquals(capacity.Gates, Gates.Open) ? Look(cancel) : Task.CompletedTask;

    /// <summary>When it returns, this node hands out what is allowed by now, and nothing else.</summary>
    public async Task Look(CancellationToken cancel)
    {
        await looking.WaitAsync(cancel);
        try
        {
            var at = time.GetTimestamp();
            var closed = await pools.Closed(cancel);
            clock = (closed.Now, at);
            Exchange(new(closed));
        }
        finally
        {
            looking.Release();
        }
    }

    void Exchange(Gates gates)
    {
        var isEased = capacity.Exchange(gates);
        foreach (var session in capacity.Sessions)
            session.Tell(gates.DrainOf(session), FrameOf);
        if (isEased)
            commands.LookForClaims();
    }

    /// <summary>With every heartbeat as long as it is on: one without says that there is none.</summary>
    public DrainFrame? Repeat(LiveSession session) => capacity.Gates.DrainOf(session) is { } drain ? FrameOf(drain) : null;

    DrainFrame FrameOf(Drain drain)
    {
        var now = clock.Now + time.GetElapsedTime(clock.At);
        return new() { HandBackInMs = drain.HandBackAt is { } at ? Math.Max(0, (at - now).TotalMilliseconds) : null };
    }

    public void Dispose() => looking.Dispose();
}
