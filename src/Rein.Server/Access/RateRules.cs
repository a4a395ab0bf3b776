using System.Globalization;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Access;

/// <summary>Which budget a request is taken from, and how it is told that there is none left.</summary>
static class RateRules
{
    /// <summary>
    /// Whatever a key that may only stop can change is a stop. What workers say is taken from no budget: a heartbeat that is refused loses a lease.
    /// </summary>
    public static Bucket? BucketOf(Budgets budgets, Needs needs, string method) =>
        needs.AnyOf is Scopes.Work ? null
        : needs.AnyOf.HasFlag(Scopes.Stop) && !HttpMethods.IsGet(method) ? budgets.Stops
        : budgets.Requests;

    public static Refusal Refuse(Bucket bucket, TimeSpan wait) =>
        Refusal.Of(ProblemCodes.RateLimited, string.Create(CultureInfo.InvariantCulture, $"It is {bucket.PerSecond} in a second.")).After(wait);
}
