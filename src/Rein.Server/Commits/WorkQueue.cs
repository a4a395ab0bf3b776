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

    // The taking lane's own.
    int startsOwe;
    bool stopsWentAlone;

    int sleeping;
    volatile Exception? closed;

    /// <returns>False: too many starts wait.</returns>
    public bool TryAdd(Work work)
    {
        if (work.Urgency is Urgency.Start && Interlocked.Add(ref starts, work.Weight) > StartBound)
        {
            Interlocked.Add(ref starts, -work.Weight);
            return false;
        }
        queues[(int)work.Urgency].Enqueue(work);
        if (closed is { } why)
        {
            // Nobody sleeps here any more, and what would wake them may be gone.
            Close(why);
            return true;
        }
        if (Interlocked.Exchange(ref sleeping, 0) == 1)
            wake.Release();
        return true;
    }

    public int Count(Urgency urgency) => queues[(int)urgency].Count;

    /// <summary>Takes what waits, most urgent first, up to a weight; waits while there is nothing.</summary>
    /// <param name="starts">How much of it may be starts.</param>
    public List<Work> Take(int weight, int starts, CancellationToken stop)
    {
        while (true)
        {
            var taken = TakeWaiting(weight, starts);
            if (taken.Count > 0)
                return taken;
            Interlocked.Exchange(ref sleeping, 1);
            // Whoever added between the look and the mark did not see the mark: look once more before going to sleep.
            if (queues.All(queue => queue.IsEmpty) || Interlocked.Exchange(ref sleeping, 0) == 0)
                wake.Wait(stop);
        }
    }

    /// <summary>Every other time stops go alone: a small commit is over soon. The time after, what waits behind a flood of them has its share.</summary>
    List<Work> TakeWaiting(int weight, int starts)
    {
        var taken = new List<Work>();
        stopsWentAlone = !stopsWentAlone && Take(Urgency.Stop, weight, taken) < weight;
        if (stopsWentAlone)
            return taken;
        var left = Take(Urgency.Stop, weight / 2, taken) + (weight / 2);
        // A flood of reports leaves an eighth to timers and starts, or deadlines would wait for its end.
        left = Math.Max(0, Take(Urgency.Report, left - (weight / 8), taken)) + (weight / 8);
        left = Take(Urgency.Timer, left, taken);
        TakeStarts(Math.Clamp(left, 0, starts), taken);
        return taken;
    }

    /// <returns>What is left of the weight; below zero where the last one was heavy.</returns>
    int Take(Urgency urgency, int weight, List<Work> taken)
    {
        while (weight > 0 && queues[(int)urgency].TryDequeue(out var work))
        {
            taken.Add(work);
            weight -= work.Weight;
        }
        return weight;
    }

    /// <summary>
    /// A batch of starts may be much heavier than its share. What it was ahead is owed to the others: or starts would be accepted faster than their
    /// runs can end, and the queue of the ready ones would only grow. Where nobody else has anything, nothing is owed.
    /// </summary>
    void TakeStarts(int share, List<Work> taken)
    {
        startsOwe = taken.Count == 0 ? 0 : Math.Max(0, startsOwe - share);
        if (startsOwe > 0)
            return;
        var before = taken.Count;
        startsOwe = -Math.Min(0, Take(Urgency.Start, share, taken));
        for (var i = before; i < taken.Count; i++)
            Interlocked.Add(ref starts, -taken[i].Weight);
    }

    /// <summary>Nobody takes any more: what waits, and whatever still comes, is told so.</summary>
    public void Close(Exception why)
    {
        closed = why;
        Interlocked.Exchange(ref sleeping, 0);
        foreach (var queue in queues)
            while (queue.TryDequeue(out var work))
                work.Fail(why);
    }

    public void Dispose() => wake.Dispose();
}
