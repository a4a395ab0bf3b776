using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>
/// How attempts ended whose session was over before anybody had heard it: what was killed must not be proved as if it had gone by itself. It is said when the server asks. Bounded:
/// of what is older the worker knows no more than that it does not execute.
/// </summary>
sealed class Findings
{
    const int Most = 20_000;

    readonly Lock gate = new();
    readonly Dictionary<AttemptRef, AttemptProof> found = [];
    readonly Queue<AttemptRef> oldestFirst = new();

    public void Keep(AttemptRef attempt, AttemptProof proof)
    {
        lock (gate)
        {
            if (!found.ContainsKey(attempt))
                oldestFirst.Enqueue(attempt);
            found[attempt] = proof;
            if (oldestFirst.Count > Most)
                found.Remove(oldestFirst.Dequeue());
        }
    }

    /// <returns>Null where nothing is kept. It stays: whether it is heard now is not known yet either.</returns>
    public AttemptProof? Find(AttemptRef attempt)
    {
        lock (gate)
            return found.GetValueOrDefault(attempt);
    }
}
