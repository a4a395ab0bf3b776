using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>The last attempts of which something is to be remembered. Bounded: of what is older the worker knows no more than that it does not execute.</summary>
/// <typeparam name="T">What is remembered of each.</typeparam>
sealed class RecentAttempts<T>
{
    const int Most = 20_000;

    readonly Lock gate = new();
    readonly Dictionary<AttemptRef, T> known = [];
    readonly Queue<AttemptRef> oldestFirst = new();

    public void Keep(AttemptRef attempt, T what)
    {
        lock (gate)
        {
            if (!known.ContainsKey(attempt))
                oldestFirst.Enqueue(attempt);
            known[attempt] = what;
            if (oldestFirst.Count > Most)
                known.Remove(oldestFirst.Dequeue());
        }
    }

    public bool Contains(AttemptRef attempt)
    {
        lock (gate)
            return known.ContainsKey(attempt);
    }

    /// <returns>The default where nothing is known.</returns>
    public T? Find(AttemptRef attempt)
    {
        lock (gate)
            return known.GetValueOrDefault(attempt);
    }

    public IReadOnlyList<(AttemptRef Attempt, T What)> All()
    {
        lock (gate)
            return [.. known.Select(one => (one.Key, one.Value))];
    }

    public bool Remove(AttemptRef attempt)
    {
        lock (gate)
            return known.Remove(attempt);
    }
}
