using Rein.Core.Runs;

namespace Rein.Server.Live;

/// <summary>Says that a run changed, here or on another node, to whoever watches it on this one. A signal: a watcher reads the store again, and a lost one costs a slow look.</summary>
sealed class RunFeed
{
    /// <summary>Guarded by itself. An entry lives until the run's next change, or until the last who waited for it has left.</summary>
    readonly Dictionary<Guid, NextChange> awaited = [];

    /// <summary>How many runs somebody watches.</summary>
    public int Watched
    {
        get
        {
            lock (awaited)
                return awaited.Count;
        }
    }

    /// <summary>Watch before reading, or the change between is missed.</summary>
    public RunWatch Watch(Guid run) => new(this, run);

    public void Publish(Run run) => Publish(run.Id);

    /// <summary>Appended items and logs are no decision, but watchers want to see them.</summary>
    public void Publish(Guid run)
    {
        NextChange? change;
        lock (awaited)
            if (!awaited.Remove(run, out change))
                return;
        change.Source.TrySetResult();
    }

    /// <summary>Changes may have been missed: everybody looks again.</summary>
    public void PublishAll()
    {
        NextChange[] all;
        lock (awaited)
        {
            all = [.. awaited.Values];
            awaited.Clear();
        }
        foreach (var change in all)
            change.Source.TrySetResult();
    }

    internal NextChange Join(Guid run)
    {
        lock (awaited)
        {
            if (!awaited.TryGetValue(run, out var change))
                awaited.Add(run, change = new());
            change.Watchers++;
            return change;
        }
    }

    internal void Leave(Guid run, NextChange change)
    {
        lock (awaited)
            if (--change.Watchers == 0 && awaited.GetValueOrDefault(run) == change)
                awaited.Remove(run);
    }
}

/// <summary>One change that has not come yet, and how many wait for it.</summary>
sealed class NextChange
{
    public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public int Watchers { get; set; }
}

/// <summary>Waits for one run's changes, one after the other. Made before the first read.</summary>
sealed class RunWatch(RunFeed feed, Guid run) : IDisposable
{
    NextChange? next = feed.Join(run);

    /// <summary>Completes when the run has changed since the watch was made or the last call returned, or when <paramref name="atMost"/> has passed.</summary>
    /// <returns>False: nothing is known to have changed.</returns>
    public async Task<bool> Changed(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(next is null, this);
        var changed = await Task.WhenAny(next.Source.Task, Task.Delay(atMost, time, cancel)) == next.Source.Task;
        cancel.ThrowIfCancellationRequested();
        if (changed)
            next = feed.Join(run);
        return changed;
    }

    public void Dispose()
    {
        if (next is not null)
            feed.Leave(run, next);
        next = null;
    }
}
