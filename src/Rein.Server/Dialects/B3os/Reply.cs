using System.Text.Json.Serialization.Metadata;

namespace Rein.Server.Dialects.B3os;

/// <summary>An answer that is no refusal, in its envelope.</summary>
sealed class Reply<T>(T data) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => httpContext.Response.WriteAsJsonAsync(
        new Envelope<T> { Code = StatusCodes.Status200OK, Data = data, Message = "success", RequestId = RequestIds.Of(httpContext) },
        (JsonTypeInfo<Envelope<T>>)B3osWire.Json.GetTypeInfo(typeof(Envelope<T>))!,
        "application/json",
        httpContext.RequestAborted);
}

static class Replies
{
    public static IResult Of<T>(T data) => new Reply<T>(data);

    /// <summary>For the OpenAPI document.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) => endpoint.Produces<Envelope<T>>(StatusCodes.Status200OK, "application/json");
}
