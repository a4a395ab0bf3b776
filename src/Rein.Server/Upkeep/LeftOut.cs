using System.Collections.Concurrent;

namespace Rein.Server.Upkeep;

/// <summary>
/// What could not be committed, left alone for a while: it must keep nobody behind it waiting, and each try costs its whole lane a halving.
/// </summary>
sealed class LeftOut<T> where T : notnull
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<T, DateTimeOffset> until = new();

    /// <summary>How many a look may find in vain: it asks for so many more.</summary>
    public int Count => until.Count;

    public void Add(T poison, DateTimeOffset now) => until[poison] = now + Pause;

    public bool Has(T candidate) => until.ContainsKey(candidate);

    /// <summary>Whose pause is over is tried again, if it is still there.</summary>
    public void Forgive(DateTimeOffset now)
    {
        foreach (var entry in until)
            if (entry.Value <= now)
                until.TryRemove(entry);
    }
}
