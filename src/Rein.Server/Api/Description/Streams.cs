using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>Tells the OpenAPI document in which other forms an endpoint answers: as text that is written while it is read.</summary>
static class Streams
{
    public static RouteHandlerBuilder AnswersAlso(this RouteHandlerBuilder endpoint, params string[] mediaTypes) => endpoint.WithMetadata(new Written(mediaTypes));

    public static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Written>().FirstOrDefault() is not { } written)
            return Task.CompletedTask;
        operation.Responses ??= [];
        if (!operation.Responses.TryGetValue("200", out var known) || known is not OpenApiResponse fine)
            operation.Responses["200"] = fine = new() { Description = "OK" };
        fine.Content ??= new Dictionary<string, OpenApiMediaType>();
        foreach (var type in written.MediaTypes)
            fine.Content[type] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        return Task.CompletedTask;
    }

    sealed record Written(IReadOnlyList<string> MediaTypes);
}
