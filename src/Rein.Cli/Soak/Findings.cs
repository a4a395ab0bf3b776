using System.Collections.Concurrent;

namespace Rein.Cli.Soak;

/// <summary>What happened, and what should not have. Any number of threads may tell.</summary>
sealed class Findings
{
    const int Shown = 20;

    readonly ConcurrentDictionary<string, long> counts = [];
    readonly ConcurrentQueue<string> faults = [];

    public bool AreNone => faults.IsEmpty;

    public IEnumerable<(string What, long Count)> Counts => counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => (count.Key, count.Value));

    /// <summary>The first of them, and how many more there are.</summary>
    public IEnumerable<string> Faults => faults.Count <= Shown ? faults : [.. faults.Take(Shown), $"and {faults.Count - Shown} more"];

    public void Count(string what, long number = 1) => counts.AddOrUpdate(what, number, (_, before) => before + number);

    public void Fault(string what) => faults.Enqueue(what);
}
