using System.Text.Json.Serialization.Metadata;

namespace Rein.Server.Dialects.Xpander;

/// <summary>An answer that is no refusal, as it is: nothing is wrapped around it.</summary>
sealed class Reply<T>(T data) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.Response.WriteAsJsonAsync(data, (JsonTypeInfo<T>)XpanderWire.Json.GetTypeInfo(typeof(T))!, "application/json", httpContext.RequestAborted);
}

static class Replies
{
    public static IResult Of<T>(T data) => new Reply<T>(data);

    /// <summary>In memory already: that it cannot be written is found here.</summary>
    public static IResult Written<T>(T data) => TypedResults.Bytes(XpanderWire.Bytes(data), "application/json");

    /// <summary>For the OpenAPI document.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) => endpoint.Produces<T>(StatusCodes.Status200OK, "application/json");
}
