using System.Collections.Concurrent;

namespace Rein.Storage.Postgres.Runs;

/// <summary>Which organization was served last, by pool: the next claim begins after it. A claim of one step at a time is fair as well.</summary>
sealed class Turns
{
    readonly ConcurrentDictionary<string, Guid> last = new();

    public Guid LastOf(string pool) => last.GetValueOrDefault(pool);

    public void Served(string pool, Guid organization) => last[pool] = organization;
}
