using System.Diagnostics;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Dispatch;
using Rein.Server.Metrics;

namespace Rein.Server.Commits;

/// <summary>
/// One committing loop on a thread of its own: group commit without a linger. What waits is taken together; what arrives meanwhile is the
/// next batch. A batch that fails is halved until the one work that fails alone is left, and only that one is answered with a failure.
/// </summary>
sealed partial class Lane : IDisposable
{
    /// <summary>The most one batch takes: it bounds how long a stop waits for the commit before it.</summary>
    const int MaxWeight = 512;

    /// <summary>While steps wait in the queue, what has been started is worked off before more is.</summary>
    const int StartsBehindQueue = MaxWeight / 8;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>About fifteen seconds. Whoever waits is told then that nothing is durable, or that this is not known, instead of waiting for a store that may never come back.</summary>
    const int MostTries = 15;

    /// <summary>No disk has room again after a few milliseconds: whoever waits is told so at once.</summary>
    const int MostTriesInTrouble = 4;

    readonly WorkQueue queue = new();
    readonly CancellationTokenSource stopTaking;
    readonly IRunStore store;
    readonly CapacityBook capacity;
    readonly Signals signals;
    readonly LaneOptions options;
    readonly ILogger log;
    readonly Thread thread;
    long workedAt;

    public Lane(IRunStore store, CapacityBook capacity, Signals signals, LaneOptions options, ILogger log, int number)
    {
        (this.store, this.capacity, this.signals, this.options, this.log) = (store, capacity, signals, options, log);
        stopTaking = new(Timeout.InfiniteTimeSpan, options.Time);
        thread = new(Loop) { Name = $"rein-lane-{number}", IsBackground = true };
        thread.Start();
    }

    /// <exception cref="BusyException">Too many starts wait.</exception>
    public void Add(Work work)
    {
        if (queue.TryAdd(work))
            return;
        options.Metrics.StartsBusy.Add(work.Weight);
        throw new BusyException();
    }

    public int Waiting(Urgency urgency) => queue.Count(urgency);

    /// <summary>Something was committed, tried, or is.</summary>
    public bool HasWorkedWithin(TimeSpan time) => Volatile.Read(ref workedAt) is > 0 and var at && Stopwatch.GetElapsedTime(at) < time;

    void Loop()
    {
        while (!stopTaking.IsCancellationRequested)
            try
            {
                Commit(queue.Take(MaxWeight, capacity.HasBacklogHere ? StartsBehindQueue : MaxWeight, stopTaking.Token), wait: false).GetAwaiter().GetResult();
            }
            catch (Exception) when (stopTaking.IsCancellationRequested)
            {
                // What was in hand has been told.
            }
            catch (Exception broken)
            {
                // The same; and whatever it was, the next batch is another.
                Log.LaneBroke(log, broken);
            }
        // What still waits was promised nothing, and is told so.
        queue.Close(new CommitException(Guid.Empty, new ObjectDisposedException("The server shuts down.")));
    }

    /// <summary>However it ends, every one of the works has been answered, or is by what was put into the queue for it.</summary>
    async Task Commit(IReadOnlyList<Work> works, bool wait, bool isHalved = false)
    {
        Batch? batch = null;
        Volatile.Write(ref workedAt, Stopwatch.GetTimestamp());
        try
        {
            var pause = FirstPause;
            for (var tries = 1; works.Count > 0; tries++)
                try
                {
                    batch = new(works, capacity, options.Batch, mayClaim: !isHalved && works[^1].Urgency is not Urgency.Stop, log);
                    await TryCommit(batch, wait);
                    (works, wait) = (batch.Skipped, true);
                }
                catch (StoreException lost) when (lost.IsUnknown && batch is not null)
                {
                    // Tried again, it would meet itself.
                    Fail([.. batch.Done], lost);
                    capacity.DoubtAll();
                    (works, wait) = (batch.Skipped, true);
                }
                catch (StoreException broken) when (broken.IsTransient && tries < (broken.Trouble is StoreTrouble.None ? MostTries : MostTriesInTrouble))
                {
                    await Task.Delay(pause, options.Time, stopTaking.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (stopTaking.IsCancellationRequested)
                        throw;
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
        }
        catch (Exception poison) when (!stopTaking.IsCancellationRequested)
        {
            if (batch is not null && isHalved && works is [AdmitWork { Candidates.Count: > 0 } admit] && poison is not StoreException { IsTransient: true })
                AdmitByHalves(admit, batch, poison);
            else
                await Halve(works, poison, isHalved);
            if (batch is not null && poison is not StoreException { IsTransient: true })
                await Examine(batch.Claimed);
        }
        catch (Exception closing)
        {
            Fail(works, closing);
            throw;
        }
    }

    async Task TryCommit(Batch batch, bool wait)
    {
        var began = Stopwatch.GetTimestamp();
        var committed = 0L;
        try
        {
            await using var unit = await store.Begin(stopTaking.Token);
            await batch.Decide(unit, wait, stopTaking.Token);
            options.Probe?.Invoke(batch.Kinds, isCommitted: false);
            // Callers may hang up, and the lane may close: a commit under way is finished.
            await unit.Commit(batch.ToChangeSet(), CancellationToken.None);
            committed = Stopwatch.GetTimestamp();
            options.Probe?.Invoke(batch.Kinds, isCommitted: true);
        }
        catch (StoreException broken) when (committed == 0 && broken.IsTransient)
        {
            if (broken.IsContended)
                Log.Contended(log, broken.Message);
            else if (options.Store.Refused(broken))
                Log.StoreIsAway(log, broken);
            batch.GiveBack();
            throw;
        }
        catch (Exception broken) when (committed != 0)
        {
            // What is durable is never tried again, whatever breaks behind it.
            Log.AfterCommit(log, broken);
        }
        catch
        {
            batch.GiveBack();
            throw;
        }
        batch.EndOffer();
        if (options.Store.Took())
            Log.StoreIsBack(log);
        Tell(batch, began, committed);
    }

    /// <summary>Signals may be lost; answers may not.</summary>
    void Tell(Batch batch, long began, long committed)
    {
        try
        {
            signals.Send(batch.Changes);
            options.Metrics.Committed(batch.Done, batch.Changes, began, committed);
        }
        catch (Exception broken)
        {
            Log.AfterCommit(log, broken);
            batch.GiveBackUntold();
            capacity.DoubtAll();
        }
        batch.Complete();
        AdmitAgain(batch);
        if ((batch.HasQueued || batch.HasLeftOut) && capacity.IsWorthClaiming)
            Add(new ClaimWork(everything: false));
    }

    /// <summary>The store has refused for long, or something in the batch is poison: whoever fails alone is told.</summary>
    async Task Halve(IReadOnlyList<Work> works, Exception poison, bool isHalved)
    {
        if ((works.Count == 1 && isHalved) || poison is StoreException { IsTransient: true })
        {
            Fail(works, poison);
            return;
        }
        if (works.Count == 1)
        {
            // Alone, but with what it claimed from the queue: nobody answers for the rows of others.
            await Commit(works, wait: true, isHalved: true);
            return;
        }
        var second = works.Skip(works.Count / 2).ToList();
        try
        {
            await Commit([.. works.Take(works.Count / 2)], wait: true, isHalved: true);
        }
        catch (Exception closing)
        {
            Fail(second, closing);
            throw;
        }
        await Commit(second, wait: true, isHalved: true);
    }

    void Fail(IReadOnlyList<Work> works, Exception why)
    {
        var id = Guid.CreateVersion7(options.Time.GetUtcNow());
        // Whoever holds reports says them again and again; a stack for each would fill what is left of the disk. And of an id that is taken nobody has to see one.
        var isExplained = why is StoreException { IsTransient: true } or StoreException { IsContended: true };
        if (isExplained)
            Log.NotCommitted(log, id, works.Count, why.Message);
        foreach (var work in works)
        {
            if (!isExplained)
                Log.CommandFailed(log, id, work.GetType().Name, (work as CommandWork)?.Command.Run, why);
            options.Metrics.CommandsFailed.Add(1);
            work.Fail(new CommitException(id, why));
        }
    }

    /// <summary>Takes what comes for a while still, then nothing: a store that is away must not hold up the shutdown.</summary>
    public void CloseWithin(TimeSpan patience) => stopTaking.CancelAfter(patience);

    public void Dispose()
    {
        stopTaking.Cancel();
        thread.Join();
        stopTaking.Dispose();
        queue.Dispose();
    }
}

/// <param name="Probe">Null outside of trials.</param>
sealed record LaneOptions(BatchRules Batch, TimeProvider Time, Instruments Metrics, CommitProbe? Probe, StoreWatch Store);
