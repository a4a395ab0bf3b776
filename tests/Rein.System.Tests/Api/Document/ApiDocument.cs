using System.Text.Json;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Api.Document;

/// <summary>The OpenAPI document as the running server prints it: a row per operation.</summary>
static class ApiDocument
{
    public static async Task<IReadOnlyList<ApiOperation>> Read(TestServer server)
    {
        var document = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestServer.Cancel));
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        return
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(
                path => path.Value.EnumerateObject(), (path, method) => new ApiOperation(document, new(method.Name.ToUpperInvariant()), path.Name, method.Value)),
        ];
    }
}

sealed record ApiOperation(JsonElement Document, HttpMethod Method, string Path, JsonElement Json)
{
    public string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public bool IsSecured => Json.TryGetProperty("security", out var security) && security.GetArrayLength() > 0;

    public IEnumerable<string> Query => Parameters("query");

    public IEnumerable<string> Headers => Parameters("header");

    /// <summary>The properties of the body and their schemas; null where it takes none.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Body =>
        Json.TryGetProperty("requestBody", out var body)
            ? Resolve(body.GetProperty("content").GetProperty("application/json").GetProperty("schema")).GetProperty("properties")
                .EnumerateObject().ToDictionary(property => property.Name, property => Resolve(property.Value))
            : null;

    public override string ToString() => $"{Method} {Path}";

    IEnumerable<string> Parameters(string place) => Json.TryGetProperty("parameters", out var all)
        ? all.EnumerateArray().Where(one => one.GetProperty("in").GetString() == place).Select(one => one.GetProperty("name").GetString()!)
        : [];

    JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            var found = Document;
            foreach (var part in reference.GetString()!.Split('/').Skip(1))
                found = found.GetProperty(part);
            schema = found;
        }
        return schema;
    }
}
