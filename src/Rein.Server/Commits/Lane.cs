using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Dispatch;

namespace Rein.Server.Commits;

/// <summary>
/// One committing loop on a thread of its own: group commit without a linger. What waits is taken together; what arrives meanwhile is the
/// next batch. A batch that fails is halved until the one work that fails alone is left, and only that one is answered with a failure.
/// </summary>
sealed partial class Lane : IDisposable
{
    /// <summary>The most one batch takes: it bounds how long a stop waits for the commit before it.</summary>
    const int MaxWeight = 512;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    readonly WorkQueue queue = new();
    readonly CancellationTokenSource stopTaking = new();
    readonly IRunStore store;
    readonly CapacityBook capacity;
    readonly Signals signals;
    readonly LaneOptions options;
    readonly ILogger log;
    readonly Thread thread;

    public Lane(IRunStore store, CapacityBook capacity, Signals signals, LaneOptions options, ILogger log, int number)
    {
        (this.store, this.capacity, this.signals, this.options, this.log) = (store, capacity, signals, options, log);
        thread = new(Loop) { Name = $"rein-lane-{number}", IsBackground = true };
        thread.Start();
    }

    /// <exception cref="BusyException">Too many starts wait.</exception>
    public void Add(Work work) => queue.Add(work);

    void Loop()
    {
        try
        {
            while (true)
                Commit(queue.Take(MaxWeight, stopTaking.Token), wait: false).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopTaking.IsCancellationRequested)
        {
            // The lane is closed; what still waits was promised nothing, and is told so.
            queue.Close(new CommitException(Guid.Empty, new ObjectDisposedException("The server shuts down.")));
        }
    }

    async Task Commit(IReadOnlyList<Work> works, bool wait)
    {
        var pause = FirstPause;
        while (true)
            try
            {
                var skipped = await TryCommit(works, wait);
                if (skipped.Count == 0)
                    return;
                (works, wait) = (skipped, true);
            }
            catch (StoreException broken) when (broken.IsTransient)
            {
                StoreIsAway(log, broken);
                await Task.Delay(pause, TimeProvider.System, stopTaking.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException closing) when (stopTaking.IsCancellationRequested)
            {
                foreach (var work in works)
                    work.Fail(new CommitException(Guid.Empty, closing));
                throw;
            }
            catch (Exception poison)
            {
                await Halve(works, poison);
                return;
            }
    }

    async Task<IReadOnlyList<Work>> TryCommit(IReadOnlyList<Work> works, bool wait)
    {
        var batch = new Batch(works, capacity, options.Rules);
        var isCommitted = false;
        try
        {
            await using var unit = await store.Begin(stopTaking.Token);
            await batch.Decide(unit, wait, stopTaking.Token);
            options.Probe?.Invoke(batch.Kinds, isCommitted: false);
            // Callers may hang up, and the lane may close: a commit under way is finished.
            await unit.Commit(batch.ToChangeSet(), CancellationToken.None);
            isCommitted = true;
            options.Probe?.Invoke(batch.Kinds, isCommitted: true);
        }
        catch (Exception broken) when (isCommitted)
        {
            // What is durable is never tried again, whatever breaks behind it.
            AfterCommit(log, broken);
        }
        catch
        {
            batch.GiveBack();
            throw;
        }
        Tell(batch);
        return batch.Skipped;
    }

    /// <summary>Signals may be lost; answers may not.</summary>
    void Tell(Batch batch)
    {
        try
        {
            signals.Send(batch.Changes);
        }
        catch (Exception broken)
        {
            AfterCommit(log, broken);
        }
        batch.Complete();
        if (batch.HasQueued && capacity.IsWorthClaiming)
            queue.Add(new ClaimWork());
    }

    async Task Halve(IReadOnlyList<Work> works, Exception poison)
    {
        if (works.Count > 1)
        {
            await Commit([.. works.Take(works.Count / 2)], wait: true);
            await Commit([.. works.Skip(works.Count / 2)], wait: true);
            return;
        }
        var id = Guid.CreateVersion7(options.Time.GetUtcNow());
        CommandFailed(log, id, works[0].GetType().Name, poison);
        works[0].Fail(new CommitException(id, poison));
    }

    public void Dispose()
    {
        stopTaking.Cancel();
        thread.Join();
        stopTaking.Dispose();
        queue.Dispose();
    }

    [LoggerMessage(1001, LogLevel.Warning, "The store did not take a commit; it is tried again")]
    static partial void StoreIsAway(ILogger log, Exception broken);

    [LoggerMessage(1003, LogLevel.Error, "A commit is durable, but what follows it broke")]
    static partial void AfterCommit(ILogger log, Exception broken);

    [LoggerMessage(1002, LogLevel.Error, "A command failed alone: {Id}, {Work}")]
    static partial void CommandFailed(ILogger log, Guid id, string work, Exception poison);
}

/// <param name="Probe">Null outside of trials.</param>
sealed record LaneOptions(Rules Rules, TimeProvider Time, CommitProbe? Probe);
