using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Access;

/// <summary>What an endpoint asks of a key: any one of the scopes.</summary>
sealed record Needs(Scopes AnyOf);

/// <summary>Lets a request through to an endpoint that needs a scope only with a key that has it.</summary>
sealed class AccessGate(RequestDelegate next, KeyRing keys)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs)
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

    static string Say(Caller caller, Needs needs) =>
        $"It needs the scope {string.Join(" or ", Names.Of(needs.AnyOf))}; the key '{caller.Actor}' has {string.Join(", ", Names.Of(caller.Scopes))}.";
}

static class AccessRules
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Scopes anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Needs(anyOf));
}
