using System.Collections.Concurrent;
using Rein.Core.Stores;

namespace Rein.Server.Dispatch;

/// <summary>Keys under which room may have come free since somebody last looked; each once.</summary>
sealed class AdmissionList
{
    readonly ConcurrentDictionary<LimitKey, bool> keys = new();

    public void Add(LimitKey key) => keys[key] = true;

    public IReadOnlyList<LimitKey> TakeAll() => [.. keys.Keys.Where(key => keys.TryRemove(key, out _))];
}
