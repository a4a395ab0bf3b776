using System.Net;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Access;

/// <summary>What an endpoint asks of a key: any one of the scopes.</summary>
/// <param name="UnlessLocal">Whoever asks from this machine needs no key.</param>
/// <param name="Also">Beside one of those it must have every one of these: whoever is answered with what only readers may know.</param>
/// <param name="OrSecret">Without any key the endpoint itself asks for the secret of what it is about.</param>
/// <param name="Operator">The key must be of the organization that founded the installation.</param>
sealed record Needs(Scopes AnyOf, bool UnlessLocal = false, bool Operator = false, bool OrSecret = false, Scopes Also = Scopes.None);

/// <summary>Lets a request through to an endpoint that needs a scope only with a key that has it, and that has not asked too often.</summary>
sealed class AccessGate(RequestDelegate next, KeyRing keys, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs && !(needs.UnlessLocal && IsLocal(context)))
        {
            var place = KeyPlace.Of(context);
            var key = await place.Read(context);
            if (place.Unreadable(context) is { } unreadable)
            {
                await unreadable.ExecuteAsync(context);
                return;
            }
            if (needs.OrSecret && key.IsEmpty)
            {
                await next(context);
                return;
            }
            var caller = await keys.Verify(key, context.RequestAborted);
            // Refusals tell of a budget too.
            context.Features.Set(caller);
            if ((caller is null ? Refusal.Of(ProblemCodes.Unauthenticated) : Against(caller, needs, context.Request.Method)) is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }
        }
        await next(context);
    }

    Refusal? Against(Caller caller, Needs needs, string method)
    {
        // A worker's word that is refused is lost: it counts no more than a heartbeat, whoever else may say the same.
        var isWorker = needs.AnyOf.HasFlag(Scopes.Work) && caller.Scopes.HasFlag(Scopes.Work);
        if (!isWorker && RateRules.BucketOf(caller.Budgets, needs, method) is { } bucket && !bucket.TryTake(time.GetTimestamp(), out var wait))
            return RateRules.Refuse(bucket, wait);
        if ((caller.Scopes & needs.AnyOf) == Scopes.None || !caller.Scopes.HasFlag(needs.Also))
            return Refusal.Of(ProblemCodes.MissingScope, Say(caller, needs));
        return needs.Operator && !caller.IsOperator ? Refusal.Of(ProblemCodes.OperatorOnly) : null;
    }

    /// <summary>A proxy on this machine speaks for somebody else, and says so.</summary>
    static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");

    static string Say(Caller caller, Needs needs) =>
        $"It needs the scope {string.Join(" or ", Names.Of(needs.AnyOf))}{(needs.Also is Scopes.None ? "" : $", and {string.Join(" and ", Names.Of(needs.Also))}")}; the key '{caller.Actor}' has {string.Join(", ", Names.Of(caller.Scopes))}.";
}

static class AccessRules
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Scopes anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf));

    /// <param name="also">Whatever it is that lets it through, it must have these too.</param>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Scopes anyOf, Scopes also) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf, Also: also));

    public static TBuilder NeedsUnlessLocal<TBuilder>(this TBuilder endpoint, Scopes anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf, UnlessLocal: true));

    /// <summary>Who has no key at all must have the secret, which the endpoint looks at: its caller is null then.</summary>
    public static TBuilder NeedsOrSecret<TBuilder>(this TBuilder endpoint, Scopes anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf, OrSecret: true));

    /// <summary>For what concerns the whole installation.</summary>
    public static TBuilder NeedsOperator<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(Scopes.Admin, Operator: true));
}
