using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>
/// Tells the OpenAPI document what an endpoint reads from its body by itself. No accepts metadata: the router would refuse a stop
/// for the media type of an empty body.
/// </summary>
static class BodyRules
{
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) where T : notnull =>
        endpoint.WithMetadata(new Taken(typeof(T)));

    public static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Taken>().FirstOrDefault() is not { } taken)
            return;
        var schema = await context.GetOrCreateSchemaAsync(taken.Body, null, cancel);
        operation.RequestBody = new OpenApiRequestBody
        {
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
        };
    }

    sealed record Taken(Type Body);
}
