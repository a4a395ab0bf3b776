using System.Globalization;
using Rein.Server.Access;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>What is left of the budget that a request was taken from. A key without one is told nothing: there is nothing to tell.</summary>
static class RateHeaders
{
    public static void Write(HttpContext context)
    {
        if (context.Features.Get<Caller>() is not { } caller || context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is not { } needs
            || RateRules.BucketOf(caller.Budgets, needs, context.Request.Method) is not { } bucket)
            return;
        var time = (TimeProvider)context.RequestServices.GetService(typeof(TimeProvider))!;
        var (left, untilFull) = bucket.Look(time.GetTimestamp());
        Put("X-RateLimit-Limit", bucket.Depth);
        Put("X-RateLimit-Remaining", left);
        Put("X-RateLimit-Reset", (long)Math.Ceiling((time.GetUtcNow() + untilFull - DateTimeOffset.UnixEpoch).TotalSeconds));

        void Put(string name, long number) => context.Response.Headers[name] = number.ToString(CultureInfo.InvariantCulture);
    }
}
