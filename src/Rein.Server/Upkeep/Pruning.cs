using System.Diagnostics;
using Rein.Core.Stores;
using Rein.Server.Metrics;

namespace Rein.Server.Upkeep;

/// <summary>
/// Takes away what was kept long enough, in small transactions with pauses between them: while anybody has something committed, nineteen parts of twenty are
/// theirs. What a crash leaves undone, the next pass does.
/// </summary>
sealed class Pruning(IRetentionStore store, Retention retention, Instruments metrics, Func<bool> isBusy, Alarm alarm)
{
    /// <summary>Runs, and rows, in one transaction. A start that comes meanwhile waits for it.</summary>
    const int LookAtOnce = 25;
    const int RowsAtOnce = 150;
    const int PartsOfOthers = 19;

    /// <summary>Where a pass takes long, more may end than is pruned: then it takes a tenth of the time instead of a twentieth.</summary>
    const int FewerPartsOfOthers = 9;

    static readonly TimeSpan LongPass = TimeSpan.FromMinutes(10);
    static readonly TimeSpan SlowTick = TimeSpan.FromMinutes(1);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Of the pass that is under way; the loop alone writes it.
    long began;

    public async Task Run(CancellationToken stop)
    {
        while (true)
        {
            began = Stopwatch.GetTimestamp();
            // A node that died, or a setting that was taken away, may have left something to sweep.
            await Sweep(stop);
            if (retention.HasBounds)
            {
                foreach (var organization in await store.Organizations(stop))
                    await PruneRuns(organization, stop);
                await Repeat("definitions", () => store.PruneDefinitions(LookAtOnce, stop), stop);
                await Repeat(null, () => store.Forget(LookAtOnce, stop), stop);
                if (retention.KeepReceipts is { } age)
                    await Repeat("receipts", () => store.PruneReceipts(age, LookAtOnce, stop), stop);
            }
            await alarm.Sleep(null, SlowTick, stop);
        }
    }

    async Task PruneRuns(Guid organization, CancellationToken stop)
    {
        var beyond = retention.KeepRunsCount is { } kept ? await store.Beyond(organization, kept, stop) : null;
        var rule = new PruneRule(organization, retention.KeepRuns, beyond, LookAtOnce);
        for (Guid? after = Guid.Empty; after is { } from;)
        {
            var step = await Measured(() => store.Prune(rule, from, stop), stop);
            Count("runs", step.Pruned);
            if (step.Pruned > 0)
                await Sweep(stop);
            after = step.Last;
        }
    }

    Task Sweep(CancellationToken stop) => Repeat("rows", () => store.Sweep(RowsAtOnce, stop), stop);

    async Task Repeat(string? what, Func<Task<int>> work, CancellationToken stop)
    {
        int done;
        do
            Count(what, done = await Measured(work, stop));
        while (done > 0);
    }

    async Task<T> Measured<T>(Func<Task<T>> work, CancellationToken stop)
    {
        var asked = Stopwatch.GetTimestamp();
        var done = await work();
        var pause = PartsNow() * Stopwatch.GetElapsedTime(asked);
        await alarm.Sleep(null, pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause, stop);
        return done;
    }

    int PartsNow() => !isBusy() ? 1 : Stopwatch.GetElapsedTime(began) < LongPass ? PartsOfOthers : FewerPartsOfOthers;

    void Count(string? what, int count)
    {
        if (what is not null && count > 0)
            metrics.Pruned.Add(count, new KeyValuePair<string, object?>("what", what));
    }
}
