using System.Collections.Concurrent;

namespace Rein.Server.Access;

/// <summary>
/// The budgets of the keys and links that have one, on this node. Bounded: budgets that are full again are forgotten, which changes nothing; if all of
/// many are in use, they begin anew.
/// </summary>
sealed class BudgetBook(double? requestsPerSecond, double? stopsPerSecond, TimeProvider time)
{
    public const int Most = 10_000;

    readonly ConcurrentDictionary<Guid, Budgets> budgets = new();

    public int Count => budgets.Count;

    /// <param name="ownRequests">In the place of the server's figure.</param>
    /// <param name="ownStops">In the place of the server's figure.</param>
    public Budgets Of(Guid owner, double? ownRequests, double? ownStops)
    {
        var (requests, stops) = (ownRequests ?? requestsPerSecond, ownStops ?? stopsPerSecond);
        if (requests is null && stops is null)
            return Budgets.Unlimited;
        if (budgets.TryGetValue(owner, out var known))
            return known;
        if (budgets.Count >= Most)
            Sweep();
        return budgets.GetOrAdd(owner, new Budgets(New(requests), New(stops)));
    }

    Bucket? New(double? perSecond) => perSecond is { } rate ? new(rate, time.TimestampFrequency) : null;

    void Sweep()
    {
        var now = time.GetTimestamp();
        foreach (var (owner, budget) in budgets)
            if (budget.IsFull(now))
                budgets.TryRemove(owner, out _);
        if (budgets.Count >= Most)
            budgets.Clear();
    }
}
