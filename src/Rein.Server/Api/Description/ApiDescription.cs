using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Description;

/// <summary>Completes the OpenAPI document from what endpoints say of themselves: who may, what is asked, how it is refused.</summary>
static class ApiDescription
{
    const string Key = "key";

    static readonly ApiManner s_native = new(
        "Rein",
        "Starts runs, lets you watch them, and stops them: any run, in any state, with a receipt that proves it. "
            + "Errors are problem documents (RFC 9457) with a stable `code`; times are RFC 3339 in UTC; lists go on by `cursor`.",
        KeyPlace.Native,
        needs => $"Needs the scope {string.Join(" or ", Names.Of(needs.AnyOf).Select(scope => $"`{scope}`"))}{Otherwise(needs)}.",
        "It was refused: what is wrong, with a stable code.",
        typeof(Problem),
        Problem.MediaType);

    public static OpenApiOptions AddReinDescription(this OpenApiOptions options)
    {
        options.AddDescription(s_native);
        options.AddDocumentTransformer(AnswerRules.Describe);
        return options;
    }

    public static OpenApiOptions AddDescription(this OpenApiOptions options, ApiManner manner)
    {
        options.AddSchemaTransformer(BoundRules.Describe);
        options.AddOperationTransformer(BodyRules.Describe);
        options.AddOperationTransformer(Streams.Describe);
        options.AddOperationTransformer((operation, context, cancel) => Describe(operation, context, manner, cancel));
        options.AddDocumentTransformer((document, _, _) => Describe(document, manner));
        return options;
    }

    static Task Describe(OpenApiDocument document, ApiManner manner)
    {
        document.Info = new()
        {
            Title = manner.Title,
            Version = typeof(ApiDescription).Assembly.GetName().Version!.ToString(3),
            Description = manner.About,
        };
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        if (manner.Key.Scheme is { } scheme)
            document.Components.SecuritySchemes[Key] = scheme;
        return Task.CompletedTask;
    }

    static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, ApiManner manner, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var handler = metadata.OfType<MethodInfo>().First().DeclaringType!;
        operation.OperationId = metadata.OfType<IEndpointNameMetadata>().FirstOrDefault()?.EndpointName ?? JsonNamingPolicy.CamelCase.ConvertName(handler.Name);
        operation.Tags = new HashSet<OpenApiTagReference> { new(handler.Namespace!.Split('.')[^1], context.Document) };
        if (metadata.OfType<Said>().FirstOrDefault() is { } said)
            Describe(operation, said);
        if (metadata.OfType<Needs>().FirstOrDefault() is { } needs)
        {
            if (manner.Key.Scheme is not null)
                operation.Security = [new() { [new OpenApiSecuritySchemeReference(Key, context.Document)] = [] }];
            operation.Description = manner.Who(needs);
        }
        var refused = metadata.OfType<Refused>().LastOrDefault() ?? new(manner.Refused, manner.MediaType);
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = manner.Refusal,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [refused.MediaType] = new() { Schema = await context.GetOrCreateSchemaAsync(refused.Body, null, cancel) },
            },
        };
    }

    static void Describe(OpenApiOperation operation, Said said)
    {
        operation.Summary = said.Summary;
        operation.Parameters ??= [];
        foreach (var asked in said.Asks)
            operation.Parameters.Add(new OpenApiParameter { Name = asked.Name, In = ParameterLocation.Query, Description = asked.What, Schema = asked.Schema });
        if (said.IsRepeatable)
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "Idempotency-Key",
                In = ParameterLocation.Header,
                Description = "Makes it safe to repeat: 1 to 200 visible ASCII characters, remembered for 24 hours. The same request is answered as the first was; another is refused.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 },
            });
    }

    static string Otherwise(Needs needs) => needs switch
    {
        { UnlessLocal: true } => ", unless it is asked from the same machine",
        { OrSecret: true } => "; or no key at all, and the secret of what it is about in the body",
        _ => "",
    };
}
