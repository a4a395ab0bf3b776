using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>Tells the OpenAPI document in which other forms an endpoint answers: as text that is written while it is read, or as events.</summary>
static class Streams
{
    public static RouteHandlerBuilder AnswersAlso(this RouteHandlerBuilder endpoint, params string[] mediaTypes) => endpoint.WithMetadata(new Written(mediaTypes));

    /// <param name="data">What the data of its events is: one of these.</param>
    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder endpoint, params Type[] data) => endpoint.WithMetadata(new Told(data));

    public static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<Written>().FirstOrDefault() is { } written)
            foreach (var type in written.MediaTypes)
                Answer(operation)[type] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        if (metadata.OfType<Told>().FirstOrDefault() is not { } told)
            return;
        var schemas = new List<IOpenApiSchema>();
        foreach (var type in told.Data)
            schemas.Add(await context.GetOrCreateSchemaAsync(type, null, cancel));
        Answer(operation)["text/event-stream"] = new() { Schema = schemas is [var only] ? only : new OpenApiSchema { OneOf = schemas } };
    }

    static IDictionary<string, OpenApiMediaType> Answer(OpenApiOperation operation)
    {
        operation.Responses ??= [];
        if (!operation.Responses.TryGetValue("200", out var known) || known is not OpenApiResponse fine)
            operation.Responses["200"] = fine = new() { Description = "OK" };
        return fine.Content ??= new Dictionary<string, OpenApiMediaType>();
    }

    sealed record Written(IReadOnlyList<string> MediaTypes);

    sealed record Told(IReadOnlyList<Type> Data);
}
