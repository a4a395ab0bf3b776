using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Rein.Server.Api.Description;

/// <summary>Tells the OpenAPI document which words a field or what is in its list takes, and that times are texts; what else binds it is told by its attributes without our help.</summary>
static class BoundRules
{
    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        if (context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) is [AllowedValuesAttribute allowed])
            (schema.Items as OpenApiSchema ?? schema).Enum = [.. allowed.Values.Select(word => word is null ? JsonNullSentinel.JsonNull : (JsonNode)JsonValue.Create((string)word))];
        // Whoever writes them by a converter is taken to write anything.
        var type = context.JsonPropertyInfo?.PropertyType ?? context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        return Task.CompletedTask;
    }
}
