using System.Collections.Concurrent;

namespace Rein.Server.Commits;

/// <summary>What waits for one lane, by urgency. Any thread adds; only the lane takes.</summary>
sealed class WorkQueue : IDisposable
{
    /// <summary>How many starts may wait. Above it they are refused; nothing else ever is.</summary>
    public const int StartBound = 20_000;

    readonly ConcurrentQueue<Work>[] queues = [new(), new(), new(), new()];
    readonly SemaphoreSlim wake = new(0);
    int starts;
    int sleeping;
    volatile Exception? closed;

    /// <exception cref="BusyException">Too many starts wait.</exception>
    public void Add(Work work)
    {
        if (work.Urgency is Urgency.Start && Interlocked.Add(ref starts, work.Weight) > StartBound)
        {
            Interlocked.Add(ref starts, -work.Weight);
            throw new BusyException();
        }
        queues[(int)work.Urgency].Enqueue(work);
        if (closed is { } why)
            Close(why);
        if (Interlocked.Exchange(ref sleeping, 0) == 1)
            wake.Release();
    }

    /// <summary>Takes what waits, most urgent first, up to a weight; waits while there is nothing.</summary>
    public List<Work> Take(int weight, CancellationToken stop)
    {
        while (true)
        {
            var taken = TakeWaiting(weight);
            if (taken.Count > 0)
                return taken;
            Volatile.Write(ref sleeping, 1);
            // Whoever added between the look and the mark did not see the mark: look once more before going to sleep.
            if (queues.All(queue => queue.IsEmpty) || Interlocked.Exchange(ref sleeping, 0) == 0)
                wake.Wait(stop);
        }
    }

    List<Work> TakeWaiting(int weight)
    {
        var taken = new List<Work>();
        foreach (var queue in queues)
            while (weight > 0 && queue.TryDequeue(out var work))
            {
                taken.Add(work);
                weight -= work.Weight;
                if (work.Urgency is Urgency.Start)
                    Interlocked.Add(ref starts, -work.Weight);
            }
        return taken;
    }

    /// <summary>Nobody takes any more: what waits, and whatever still comes, is told so.</summary>
    public void Close(Exception why)
    {
        closed = why;
        foreach (var queue in queues)
            while (queue.TryDequeue(out var work))
                work.Fail(why);
    }

    public void Dispose() => wake.Dispose();
}
