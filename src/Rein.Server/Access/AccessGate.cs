using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Access;

/// <summary>What an endpoint asks of a key: any one of the scopes.</summary>
/// <param name="UnlessLocal">Whoever asks from this machine needs no key.</param>
sealed record Needs(Scopes AnyOf, bool UnlessLocal = false);

/// <summary>Lets a request through to an endpoint that needs a scope only with a key that has it.</summary>
sealed class AccessGate(RequestDelegate next, KeyRing keys)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs && !(needs.UnlessLocal && IsLocal(context)))
        {
            if (await keys.Verify(context.Request.Headers.Authorization, context.RequestAborted) is not { } caller)
            {
                await Refusal.Of(ProblemCodes.Unauthenticated).ExecuteAsync(context);
                return;
            }
            if ((caller.Scopes & needs.AnyOf) == Scopes.None)
            {
                await Refusal.Of(ProblemCodes.MissingScope, Say(caller, needs)).ExecuteAsync(context);
                return;
            }
            context.Features.Set(caller);
        }
        await next(context);
    }

    /// <summary>A proxy on this machine speaks for somebody else, and says so.</summary>
    static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");

    static string Say(Caller caller, Needs needs) =>
        $"It needs the scope {string.Join(" or ", Names.Of(needs.AnyOf))}; the key '{caller.Actor}' has {string.Join(", ", Names.Of(caller.Scopes))}.";
}

static class AccessRules
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Scopes anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf));

    public static TBuilder NeedsUnlessLocal<TBuilder>(this TBuilder endpoint, Scopes anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf, UnlessLocal: true));
}
