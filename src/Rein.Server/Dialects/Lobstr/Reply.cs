using System.Text.Json.Serialization.Metadata;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>An answer that is no refusal.</summary>
sealed class Reply<T>(T data) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        RateHeaders.Write(httpContext);
        return httpContext.Response.WriteAsJsonAsync(data, (JsonTypeInfo<T>)LobstrWire.Json.GetTypeInfo(typeof(T))!, "application/json", httpContext.RequestAborted);
    }
}

static class Replies
{
    public static IResult Of<T>(T data) => new Reply<T>(data);

    /// <summary>For the OpenAPI document.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) => endpoint.Produces<T>(StatusCodes.Status200OK, "application/json");
}
