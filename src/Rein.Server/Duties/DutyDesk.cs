using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Live;
using Rein.Server.Metrics;
using Rein.Server.Secrets;
using Rein.Server.Upkeep;

namespace Rein.Server.Duties;

/// <summary>Works off what must happen after a commit. A duty is a row until it is done; a node that dies with one leaves it to the next.</summary>
sealed class DutyDesk(IStores stores, RunCommands commands, RunFeed feed, DutyOptions options, Alarm alarm, ILogger log)
{
    readonly Exports items = new(stores, feed, log);

    const int AtOnce = 50;
    const int MostInHand = 1000;
    static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(5);

    /// <summary>Owned by the loop. What is still in hand when its hold runs out comes again, and is not begun twice.</summary>
    readonly Dictionary<long, Task> inHand = [];
    Task exports = Task.CompletedTask;

    /// <summary>Something new is owed that no commit of a run has told of.</summary>
    public void Look() => alarm.Ring();

    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var taken = await stores.Duties.Take(AtOnce, Hold, stop);
                Begin(taken, stop);
                if (taken.Count < AtOnce)
                    await alarm.Sleep(null, SlowTick, stop);
                else if (inHand.Count >= MostInHand)
                    await Task.WhenAny(inHand.Values);
            }
        }
        finally
        {
            if (stop.IsCancellationRequested)
                await Task.WhenAll(inHand.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Side by side, for a stop must not wait behind exports; those are many and long, and go one after the other.</summary>
    void Begin(IReadOnlyList<OwedDuty> taken, CancellationToken stop)
    {
        foreach (var (id, _) in inHand.Where(entry => entry.Value.IsCompleted).ToArray())
            inHand.Remove(id);
        foreach (var duty in taken.Where(duty => !inHand.ContainsKey(duty.Id)))
            inHand.Add(duty.Id, duty.Kind is DutyKind.Export
                ? exports = DoAfter(exports, duty, stop)
                : Task.Run(() => Do(duty, stop), CancellationToken.None));
    }

    async Task DoAfter(Task before, OwedDuty duty, CancellationToken stop)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await Do(duty, stop);
    }

    async Task Do(OwedDuty duty, CancellationToken stop)
    {
        try
        {
            options.Probe?.Invoke(CommitKinds.Duties, isCommitted: false);
            if (await Fulfil(duty, stop))
                options.Metrics.DutiesDone.Add(1, Label(duty));
            options.Probe?.Invoke(CommitKinds.Duties, isCommitted: true);
        }
        catch (Exception failed) when (!stop.IsCancellationRequested)
        {
            options.Metrics.DutiesFailed.Add(1, Label(duty));
            log.DutyFailed(duty.Id, duty.Kind, duty.Run, failed);
            await PutOff(duty, failed, stop);
        }
    }

    static KeyValuePair<string, object?> Label(OwedDuty duty) => new("kind", Names.Of(duty.Kind));

    /// <summary>What it owes, now; whoever takes it says when it comes again.</summary>
    /// <returns>False: it comes again.</returns>
    public async Task<bool> Fulfil(OwedDuty duty, CancellationToken stop)
    {
        switch (duty.Kind)
        {
            case DutyKind.Cascade: await TellChildren(duty, stop); break;
            case DutyKind.TellParent: await TellParent(duty, stop); break;
            case DutyKind.Export: await items.Account(duty, stop); break;
            case DutyKind.Supersede: return await Supersede(duty, stop);
            case DutyKind.StartChildren: await StartChildren(duty, stop); break;
            default: throw new ArgumentOutOfRangeException(nameof(duty));
        }
        return true;
    }

    async Task TellChildren(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run.Stop: { } wish })
            await new Cascade(stores.Reader, commands, wish, log).Tell(duty.Run, stop);
        await stores.Duties.Done(duty.Id, stop);
    }

    async Task TellParent(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run: { Parent: { } parent, ParentStep: { } step } child })
            await commands.Submit(null, new EndChild(parent, step, child.Id, child.State) { ChildCause = child.Cause });
        await stores.Duties.Done(duty.Id, stop);
    }

    /// <summary>What a pause holds back, its resume owes again.</summary>
    async Task StartChildren(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run: { HasEnded: false, Stop: null } parent })
            await new Calls(stores, commands, options.Secrets).Start(parent, stop);
        await stores.Duties.Done(duty.Id, stop);
    }

    /// <summary>
    /// The newcomer waits under its limits; whoever is in its way is told to make room. It is owed until the newcomer is admitted or has ended: whoever
    /// was about to be admitted at the look holds a slot by the next one.
    /// </summary>
    async Task<bool> Supersede(OwedDuty duty, CancellationToken stop)
    {
        if (await stores.Reader.Find(duty.Organization, duty.Run, stop) is { Run: { HasEnded: false, IsBlocked: true } newcomer })
        {
            await new Supersession(stores.Limits, commands, newcomer).Tell(stop);
            await stores.Duties.Defer(duty.Id, Backoff(duty.Tries), stop);
            return false;
        }
        await stores.Duties.Done(duty.Id, stop);
        return true;
    }

    async Task PutOff(OwedDuty duty, Exception failed, CancellationToken stop)
    {
        try
        {
            if (duty.Kind is DutyKind.Export && duty.Failures + 1 >= Exports.MostFailures && failed is not StoreException { IsTransient: true })
            {
                await items.GiveUp(duty, failed, stop);
                options.Metrics.DutiesGivenUp.Add(1, Label(duty));
            }
            else
                await stores.Duties.Defer(duty.Id, Backoff(duty.Failures), stop);
        }
        catch (StoreException broken)
        {
            log.DutyKept(duty.Id, duty.Kind, duty.Run, broken);
        }
    }

    static TimeSpan Backoff(int failures) => TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(failures, 8))));
}

/// <param name="Probe">Null outside of trials.</param>
sealed record DutyOptions(Instruments Metrics, CommitProbe? Probe, SecretBook Secrets, TimeProvider Time);
