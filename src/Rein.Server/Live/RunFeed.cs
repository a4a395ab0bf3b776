using System.Collections.Concurrent;
using Rein.Core.Runs;

namespace Rein.Server.Live;

/// <summary>Says that a run changed, to whoever watches it on this node. A signal: a watcher reads the store again, and a lost one costs a slow look.</summary>
sealed class RunFeed
{
    readonly ConcurrentDictionary<Guid, TaskCompletionSource> watched = new();

    /// <summary>Watch before reading, or the change between is missed.</summary>
    public RunWatch Watch(Guid run) => new(this, run);

    public void Publish(Run run)
    {
        if (!watched.IsEmpty && watched.TryRemove(run.Id, out var source))
            source.TrySetResult();
    }

    /// <summary>Appended items and logs are no decision, but watchers want to see them.</summary>
    public void Publish(Guid run)
    {
        if (!watched.IsEmpty && watched.TryRemove(run, out var source))
            source.TrySetResult();
    }

    internal Task Next(Guid run) =>
        watched.GetOrAdd(run, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}

/// <summary>Waits for one run's changes, one after the other. Made before the first read.</summary>
sealed class RunWatch(RunFeed feed, Guid run)
{
    Task next = feed.Next(run);

    /// <summary>Completes when the run has changed since the watch was made or the last call returned, or when <paramref name="atMost"/> has passed.</summary>
    /// <returns>False: nothing is known to have changed.</returns>
    public async Task<bool> Changed(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        var changed = await Task.WhenAny(next, Task.Delay(atMost, time, cancel)) == next;
        cancel.ThrowIfCancellationRequested();
        if (changed)
            next = feed.Next(run);
        return changed;
    }
}
