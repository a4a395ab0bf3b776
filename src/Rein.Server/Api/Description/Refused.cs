namespace Rein.Server.Api.Description;

/// <summary>What an endpoint is refused with, where that is not what is usual in its API.</summary>
sealed record Refused(Type Body, string MediaType);

static class RefusedRules
{
    public static RouteHandlerBuilder RefusesAs<T>(this RouteHandlerBuilder endpoint, string mediaType) => endpoint.WithMetadata(new Refused(typeof(T), mediaType));
}
