using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects;

/// <summary>Completes the OpenAPI document of a dialect from what its endpoints say of themselves, as that of the native API is.</summary>
static class DialectDescription
{
    public static OpenApiOptions AddDialectDescription(this OpenApiOptions options, Dialect dialect)
    {
        // What belongs to no group would be in every document.
        options.ShouldInclude = description => description.GroupName == dialect.Name;
        options.AddOperationTransformer(BodyRules.Describe);
        options.AddOperationTransformer((operation, context, cancel) => Describe(operation, context, dialect, cancel));
        options.AddDocumentTransformer((document, _, _) => Describe(document, dialect));
        return options;
    }

    static Task Describe(OpenApiDocument document, Dialect dialect)
    {
        document.Info = new()
        {
            Title = dialect.Title,
            Version = typeof(DialectDescription).Assembly.GetName().Version!.ToString(3),
            Description = $"What a Rein server speaks of this API, below `{dialect.Mount}`, or at the host name that was given to it.",
        };
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[ApiDescription.Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = ApiDescription.Bearer,
            Description = "An API key of Rein.",
        };
        return Task.CompletedTask;
    }

    static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, Dialect dialect, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var handler = metadata.OfType<MethodInfo>().First().DeclaringType!;
        operation.OperationId = metadata.OfType<IEndpointNameMetadata>().FirstOrDefault()?.EndpointName ?? JsonNamingPolicy.CamelCase.ConvertName(handler.Name);
        operation.Tags = new HashSet<OpenApiTagReference> { new(handler.Namespace!.Split('.')[^1], context.Document) };
        if (metadata.OfType<Said>().FirstOrDefault() is { } said)
            ApiDescription.Describe(operation, said);
        if (metadata.OfType<Needs>().FirstOrDefault() is { } needs)
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiDescription.Bearer, context.Document)] = [] }];
            operation.Description = Say(needs);
        }
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "It was refused.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(dialect.Refused, null, cancel) },
            },
        };
    }

    /// <summary>Other products know two scopes.</summary>
    static string Say(Needs needs) =>
        (needs.AnyOf is Scopes.Read ? "Needs a key that may read" : "Needs a key that may read and write")
        + (needs.OrSecret ? "; or no key at all, and the secret of the step." : ".");
}
