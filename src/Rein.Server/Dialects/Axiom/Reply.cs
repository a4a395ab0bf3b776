using System.Text.Json.Serialization.Metadata;

namespace Rein.Server.Dialects.Axiom;

/// <summary>An answer that is no refusal. Some hold what is told once: nobody keeps them.</summary>
sealed class Reply<T>(T document) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = "no-store";
        return httpContext.Response.WriteAsJsonAsync(
            document, (JsonTypeInfo<T>)AxiomWire.Json.GetTypeInfo(typeof(T))!, "application/json", httpContext.RequestAborted);
    }
}

static class Replies
{
    public static IResult Of<T>(T document) => new Reply<T>(document);

    public static IResult Success<T>(T data) => new Reply<Success<T>>(new() { Data = data });

    /// <summary>For the OpenAPI document.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) => endpoint.Produces<T>(StatusCodes.Status200OK, "application/json");
}
