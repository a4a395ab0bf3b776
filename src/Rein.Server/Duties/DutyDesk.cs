using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Upkeep;

namespace Rein.Server.Duties;

/// <summary>Works off what must happen after a commit. A duty is a row until it is done; a node that dies with one leaves it to the next.</summary>
sealed partial class DutyDesk(IStores stores, RunCommands commands, DutyOptions options, Alarm alarm, ILogger log)
{
    const int AtOnce = 50;
    const int ChildrenAtOnce = 200;
    const int AllChildren = 10_000;
    static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(5);

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            var taken = await stores.Duties.Take(AtOnce, Hold, stop);
            foreach (var duty in taken)
                await Do(duty, stop);
            if (taken.Count < AtOnce)
                await alarm.Sleep(null, SlowTick, stop);
        }
    }

    async Task Do(OwedDuty duty, CancellationToken stop)
    {
        try
        {
            options.Probe?.Invoke(CommitKinds.Duties, isCommitted: false);
            await Fulfil(duty, stop);
            options.Probe?.Invoke(CommitKinds.Duties, isCommitted: true);
        }
        catch (Exception failed) when (failed is StoreException or CommitException)
        {
            DutyFailed(log, duty.Id, duty.Kind, duty.Run, failed);
            await stores.Duties.Defer(duty.Id, Backoff(duty.Tries), stop);
        }
    }

    Task Fulfil(OwedDuty duty, CancellationToken stop) => duty.Kind switch
    {
        DutyKind.Cascade => Cascade(duty, stop),
        DutyKind.TellParent => TellParent(duty, stop),
        DutyKind.Export => stores.Duties.Export(duty.Id, duty.Run, stop),
        DutyKind.Supersede => Supersede(duty, stop),
        _ => throw new ArgumentOutOfRangeException(nameof(duty)),
    };

    /// <summary>
    /// Every child is told once per request, for each may be sharper than the one before; done when a look finds none without a wish.
    /// Children cannot come meanwhile: their parent has one.
    /// </summary>
    async Task Cascade(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run.Stop: { } wish })
        {
            await Tell(await stores.Reader.Children(duty.Run, ChildFilter.Live, AllChildren, stop), wish);
            while (await stores.Reader.Children(duty.Run, ChildFilter.Unstopped, ChildrenAtOnce, stop) is { Count: > 0 } untold)
                await Tell(untold, wish);
        }
        await stores.Duties.Done(duty.Id, stop);
    }

    Task<Committed[]> Tell(IReadOnlyList<Guid> children, StopRequest wish) =>
        Task.WhenAll(children.Select(child => commands.Submit(null, Inherit(child, wish))));

    RequestStop Inherit(Guid child, StopRequest wish)
    {
        var left = wish.GraceEndsAt - options.Time.GetUtcNow();
        return new(child, StopOrigin.Parent, wish.Actor, wish.Reason, left > TimeSpan.Zero ? left : TimeSpan.Zero, wish.Fence, wish.Force);
    }

    async Task TellParent(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run: { Parent: { } parent, ParentStep: { } step } child })
            await commands.Submit(null, new EndChild(parent, step, child.Id, child.State));
        await stores.Duties.Done(duty.Id, stop);
    }

    /// <summary>The newcomer waits under its limit; whoever holds it is told to make room.</summary>
    async Task Supersede(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run: { HasEnded: false, IsBlocked: true } newcomer })
            foreach (var key in newcomer.LimitKeys)
                foreach (var holder in await stores.Limits.Holders(new(duty.Organization, key), stop))
                    await commands.Submit(null, new RequestStop(
                        holder, StopOrigin.Superseded, "system", $"superseded by {newcomer.Id}", Rules.DefaultGrace, FenceAt.End, Force: false));
        await stores.Duties.Done(duty.Id, stop);
    }

    static TimeSpan Backoff(int tries) => TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(tries, 8))));

    [LoggerMessage(1201, LogLevel.Error, "Duty {Duty} ({Kind}) of run {Run} failed; it is tried again")]
    static partial void DutyFailed(ILogger log, long duty, DutyKind kind, Guid run, Exception failed);
}

/// <param name="Probe">Null outside of trials.</param>
sealed record DutyOptions(TimeProvider Time, CommitProbe? Probe);
