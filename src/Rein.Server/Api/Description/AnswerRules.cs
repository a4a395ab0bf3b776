using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>
/// What may not be null stands in every answer, for nulls are all that is left out: the document calls it required, and nothing else. Not so in what is sent to
/// the server, where whatever has a default may be left out.
/// </summary>
static class AnswerRules
{
    public static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        var operations = document.Paths.Values.SelectMany(path => path.Operations?.Values.ToList() ?? []).ToList();
        var sent = new HashSet<IOpenApiSchema>();
        foreach (var media in operations.SelectMany(operation => operation.RequestBody?.Content?.Values.ToList() ?? []))
            Walk(media.Schema, sent, _ => { });
        var told = new HashSet<IOpenApiSchema>(sent);
        foreach (var media in operations.SelectMany(operation => operation.Responses?.Values.ToList() ?? []).SelectMany(answer => answer.Content?.Values.ToList() ?? []))
            Walk(media.Schema, told, Complete);
        return Task.CompletedTask;
    }

    static void Walk(IOpenApiSchema? schema, HashSet<IOpenApiSchema> seen, Action<OpenApiSchema> visit)
    {
        if (schema is OpenApiSchemaReference reference)
            schema = reference.RecursiveTarget;
        if (schema is not OpenApiSchema own || !seen.Add(own))
            return;
        visit(own);
        foreach (var part in (own.Properties?.Values.ToList() ?? []).Concat(own.OneOf ?? []).Append(own.Items).Append(own.AdditionalProperties))
            Walk(part, seen, visit);
    }

    static void Complete(OpenApiSchema schema)
    {
        if (schema.Properties is { Count: > 0 } properties)
            schema.Required = properties.Where(property => !MayBeNull(property.Value)).Select(property => property.Key).ToHashSet();
    }

    /// <summary>What has no type may be anything.</summary>
    static bool MayBeNull(IOpenApiSchema schema) => schema switch
    {
        { OneOf.Count: > 0 } => schema.OneOf.Any(one => one.Type is JsonSchemaType.Null),
        OpenApiSchemaReference => schema.Type is null,
        { Type: { } type } => type.HasFlag(JsonSchemaType.Null),
        _ => true,
    };
}
