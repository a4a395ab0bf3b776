using System.Text.Json;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Api.Document;

/// <summary>An OpenAPI document as the running server prints it: a row per operation.</summary>
static class ApiDocument
{
    public static async Task<IReadOnlyList<ApiOperation>> Read(TestServer server, string name = "v1")
    {
        var document = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri($"/openapi/{name}.json", UriKind.Relative), TestServer.Cancel));
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        var schemas = new SchemaReader(document, writesNulls: false);
        return
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(
                path => path.Value.EnumerateObject(), (path, method) => new ApiOperation(schemas, new(method.Name.ToUpperInvariant()), path.Name, method.Value)),
        ];
    }
}

sealed record ApiOperation(SchemaReader Schemas, HttpMethod Method, string Path, JsonElement Json)
{
    public string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public bool IsSecured => Json.TryGetProperty("security", out var security) && security.GetArrayLength() > 0;

    /// <summary>The parameters behind the question mark, and the schemas of their values.</summary>
    public IReadOnlyDictionary<string, JsonElement> Query => Parameters("query").ToDictionary(one => one.GetProperty("name").GetString()!, one => Schemas.Resolve(one.GetProperty("schema")));

    public IEnumerable<string> Headers => Parameters("header").Select(one => one.GetProperty("name").GetString()!);

    /// <summary>The schema of the body; null where it takes none.</summary>
    public JsonElement? Body => Json.TryGetProperty("requestBody", out var body)
        ? Schemas.Resolve(body.GetProperty("content").GetProperty("application/json").GetProperty("schema"))
        : null;

    public override string ToString() => $"{Method} {Path}";

    IEnumerable<JsonElement> Parameters(string place) =>
        Json.TryGetProperty("parameters", out var all) ? all.EnumerateArray().Where(one => one.GetProperty("in").GetString() == place) : [];
}
