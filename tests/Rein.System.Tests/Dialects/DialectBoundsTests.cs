using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.System.Tests.Api.Document;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>A document says how much a request may hold, as the code asks for it: what is more is refused (<see cref="MalformedDialectTests"/>), and what it says is taken.</summary>
public sealed class DialectBoundsTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>Bounded by their body alone, or by what all of it may take together.</summary>
    static readonly string[] s_open =
    [
        "reportMetrics api_calls_made", "reportMetrics llm_tokens.worker.completion_tokens", "reportMetrics llm_tokens.worker.prompt_tokens", "reportMetrics llm_tokens.worker.total_tokens",
        "updateTask result", "updateTask tokens.completion_tokens", "updateTask tokens.prompt_tokens", "updateTask tokens.total_tokens", "updateTask used_tools",
    ];

    [Theory]
    [InlineData("b3os")]
    [InlineData("xpander")]
    public async Task Every_field_and_every_number_that_is_asked_for_says_how_much_it_takes(string dialect)
    {
        var operations = await ApiDocument.Read(server, dialect);
        var open = operations.SelectMany(operation =>
            (operation.Body is { } body ? Open(body, operation.Schemas, "") : [])
            .Concat(operation.Query.Where(one => IsOpenNumber(one.Value)).Select(one => one.Key))
            .Select(field => $"{operation.Text("operationId")} {field}"));
        Assert.Equal(dialect is "b3os" ? [] : s_open, open.Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> Open(JsonElement schema, SchemaReader schemas, string path)
    {
        schema = schemas.Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var choices))
            schema = schemas.Resolve(choices.EnumerateArray().Last());
        if (schema.TryGetProperty("properties", out var properties))
            return properties.EnumerateObject().SelectMany(one => Open(one.Value, schemas, path.Length == 0 ? one.Name : $"{path}.{one.Name}"));
        return (IsA(schema, "string") && !Says(schema, "maxLength", "enum", "format")) || (IsA(schema, "array") && !Says(schema, "maxItems")) || IsOpenNumber(schema) ? [path] : [];
    }

    static bool IsOpenNumber(JsonElement schema) => IsA(schema, "integer") && !(Says(schema, "minimum") && Says(schema, "maximum"));

    static bool IsA(JsonElement schema, string type) => schema.TryGetProperty("type", out var said)
        && (said.ValueKind is JsonValueKind.Array ? said.EnumerateArray().Any(one => one.GetString() == type) : said.GetString() == type);

    static bool Says(JsonElement schema, params string[] words) => words.Any(word => schema.TryGetProperty(word, out _));

    [Theory]
    [InlineData("b3os", "createWorkflow", "/b3os/v1/workflows")]
    [InlineData("xpander", "createAgent", "/xpander/v1/agents")]
    [InlineData("xpander", "invokeAgentAsync", "/xpander/v1/agents/AGENT/invoke/async")]
    public async Task As_much_as_the_document_says_is_taken_and_a_character_more_is_refused(string dialect, string operation, string path)
    {
        var sound = dialect is "b3os" ? $$"""{"name":"n","definition":{{Graph("noop")}}}""" : operation is "createAgent" ? """{"name":"n"}""" : """{"input":{"text":"x"}}""";
        path = path.Replace("AGENT", await server.Agent("noop"), StringComparison.Ordinal);
        var asked = (await ApiDocument.Read(server, dialect)).Single(one => one.Text("operationId") == operation);
        var tried = 0;
        foreach (var field in asked.Body!.Value.GetProperty("properties").EnumerateObject())
        {
            var schema = asked.Schemas.Resolve(field.Value);
            if (schema.TryGetProperty("maxLength", out var longest) && longest.GetInt32() <= 10_000)
            {
                Assert.Equal(200, await Send(field.Name, new string('x', longest.GetInt32())));
                Assert.InRange(await Send(field.Name, new string('x', longest.GetInt32() + 1)), 400, 422);
                tried++;
            }
            foreach (var word in schema.TryGetProperty("enum", out var words) ? words.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).ToList() : [])
                Assert.Equal(200, await Send(field.Name, word.GetString()!));
        }
        Assert.InRange(tried, 2, 20);

        async Task<int> Send(string field, string value)
        {
            var body = JsonNode.Parse(sound)!.AsObject();
            body[field] = value;
            return dialect is "b3os" ? (await server.Ask("POST", path, body.ToJsonString())).Status : (await server.Tell("POST", path, body.ToJsonString())).Status;
        }
    }
}
