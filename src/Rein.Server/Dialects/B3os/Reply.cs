using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rein.Server.Dialects.B3os;

/// <summary>An answer that is no refusal, in its envelope.</summary>
sealed class Reply<T>(T data) : IResult
{
    const string Json = "application/json";

    static JsonTypeInfo<Envelope<T>> Type => (JsonTypeInfo<Envelope<T>>)B3osWire.Json.GetTypeInfo(typeof(Envelope<T>))!;

    public Task ExecuteAsync(HttpContext httpContext) => httpContext.Response.WriteAsJsonAsync(In(httpContext), Type, Json, httpContext.RequestAborted);

    public IResult Written(HttpContext http) => TypedResults.Bytes(JsonSerializer.SerializeToUtf8Bytes(In(http), Type), Json);

    Envelope<T> In(HttpContext http) => new() { Code = StatusCodes.Status200OK, Data = data, Message = "success", RequestId = RequestIds.Of(http) };
}

static class Replies
{
    public static IResult Of<T>(T data) => new Reply<T>(data);

    /// <summary>In memory already: that it cannot be written is found here.</summary>
    public static IResult Written<T>(T data, HttpContext http) => new Reply<T>(data).Written(http);

    /// <summary>For the OpenAPI document.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) => endpoint.Produces<Envelope<T>>(StatusCodes.Status200OK, "application/json");
}
