using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>The last few thousand attempts of which something is to be remembered. Bounded: what is older than that is not asked about any more.</summary>
sealed class RecentAttempts
{
    const int Most = 8192;

    readonly Lock gate = new();
    readonly HashSet<AttemptRef> known = [];
    readonly Queue<AttemptRef> oldestFirst = new();

    public void Add(AttemptRef attempt)
    {
        lock (gate)
        {
            if (!known.Add(attempt))
                return;
            oldestFirst.Enqueue(attempt);
            if (oldestFirst.Count > Most)
                known.Remove(oldestFirst.Dequeue());
        }
    }

    public bool Contains(AttemptRef attempt)
    {
        lock (gate)
            return known.Contains(attempt);
    }

    public bool Remove(AttemptRef attempt)
    {
        lock (gate)
            return known.Remove(attempt);
    }
}
