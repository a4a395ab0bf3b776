using System.Collections.Concurrent;
using Rein.Core.Stores;

namespace Rein.Server.Dialects;

/// <summary>
/// What an organization has used in the current calendar month (UTC); a run belongs to the month that it was created in. It is asked at every start that has an
/// allowance, so it is not summed anew each time: what is over and some minutes old is remembered, and only the rest is looked at.
/// </summary>
sealed class MonthlyUse(IRunReader reader, TimeProvider time)
{
    const int MostRemembered = 1000;

    readonly ConcurrentDictionary<Guid, UseOfMonth> known = new();

    public Task<UsageSum> Of(Guid organization, CancellationToken cancel)
    {
        if (known.Count >= MostRemembered && !known.ContainsKey(organization))
            known.Clear();
        return known.GetOrAdd(organization, id => new(id, reader, time)).Ask(cancel);
    }
}
