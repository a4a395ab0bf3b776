using System.Collections.Concurrent;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Axiom;

/// <summary>
/// Concurrency slots: the limit `axiom` of an organization, which every trigger names. Where the operator says how many there are, that is what it is set to at the first trigger
/// of an organization that this node sees; otherwise the organization sets it, as any other, or has room for everybody.
/// </summary>
sealed class Slots(AxiomSettings settings, IStores stores, Engine engine)
{
    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<Guid, bool> isSet = new();

    public ValueTask Set(Guid organization) =>
        settings.Slots is { } max && !isSet.ContainsKey(organization) ? new(Put(new(organization, AxiomDialect.Name), max)) : default;

    /// <summary>Whoever hangs up between would leave a limit that is raised, and those who wait under it.</summary>
    async Task Put(LimitKey key, int max)
    {
        if ((await stores.Limits.Find(key, CancellationToken.None))?.Limit.Max != max)
        {
            await stores.Limits.Put(key, max, CancellationToken.None);
            await engine.Admit(key);
        }
        if (isSet.Count >= MostRemembered)
            isSet.Clear();
        isSet[key.Organization] = true;
    }
}
