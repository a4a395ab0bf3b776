using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>How the dialect is reached, who may do what, how it refuses, and that its document is true.</summary>
public sealed class XpanderSurfaceTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly string[] s_scopes = ["read", "start", "stop", "work", "read work", "read start stop"];

    /// <summary>Every address, and which of these keys may go there.</summary>
    static readonly Dictionary<string, string[]> s_routes = new()
    {
        ["POST /v1/tasks/{taskId}/stop"] = ["read start stop"],
        ["DELETE /agent-execution/{taskId}"] = ["read start stop"],
        ["GET /v1/tasks/{taskId}"] = ["read", "read work", "read start stop"],
        ["GET /agent-execution/{taskId}/status"] = ["read", "read work", "read start stop"],
        ["GET /v1/tasks"] = ["read", "read work", "read start stop"],
        ["GET /v1/agents/{agentId}/tasks"] = ["read", "read work", "read start stop"],
        ["GET /agent-execution/executions/history/{agentId}"] = ["read", "read work", "read start stop"],
        ["GET /agent-execution/executions/history/user/{userId}"] = ["read", "read work", "read start stop"],
        ["DELETE /v1/tasks/{taskId}"] = ["read start stop"],
        ["PATCH /agent-execution/{taskId}/update"] = ["read work", "read start stop"],
        ["POST /hitl/{taskId}/approve"] = ["read start stop"],
        ["POST /hitl/{taskId}/reject"] = ["read start stop"],
        ["POST /v1/agents/{agentId}/invoke"] = ["read start stop"],
        ["POST /v1/agents/{agentId}/invoke/async"] = ["read start stop"],
        ["POST /v1/agents/{agentId}/invoke/stream"] = ["read start stop"],
        ["POST /agent-execution/{agentId}"] = ["read start stop"],
        ["GET /{organization:guid}/agent-execution/{taskId}/events"] = ["read", "read work", "read start stop"],
        ["GET /v1/agents/{agentId}"] = ["read", "read work", "read start stop"],
        ["GET /agents/{agentId}"] = ["read", "read work", "read start stop"],
        ["GET /agents/list"] = ["read", "read work", "read start stop"],
        ["POST /v1/agents"] = ["read start stop"],
        ["PATCH /v1/agents/{agentId}"] = ["read start stop"],
        ["POST /agents-metrics/{agentId}/execution"] = ["read work", "read start stop"],
        ["GET /{organization:guid}/events/{**asset}"] = ["work", "read work"],
        ["POST /{organization:guid}/events/{**asset}"] = ["work", "read work"],
    };

    public static TheoryData<string> Routes => [.. s_routes.Keys];

    [Fact]
    public void Every_address_has_a_row_here()
    {
        var mapped = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.IsOf("xpander")).SelectMany(
            endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(s_routes.Keys.Select(Mounted).Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    static string Mounted(string route) => route.Replace(" ", " /xpander", StringComparison.Ordinal);

    [Theory, MemberData(nameof(Routes))]
    public async Task An_address_needs_its_scopes_and_refuses_in_the_dialect(string route)
    {
        var (method, path) = Mounted(route).Split(' ') switch { var parts => (parts[0], parts[1]) };
        foreach (var name in new[] { "{taskId}", "{agentId}", "{userId}", "{organization:guid}", "{**asset}" })
            path = path.Replace(name, "0199c0de-0000-7000-8000-00000000dead", StringComparison.Ordinal);
        var body = method is "POST" or "PATCH" ? "{}" : null;
        foreach (var key in new[] { "none", "" })
            Assert.Equal((401, "detail"), (await server.Tell(method, path, body, key: key)) switch { var told => (told.Status, told.Names) });
        foreach (var scopes in s_scopes)
        {
            var key = (await server.Client.CreateKey(new() { Name = scopes, Scopes = scopes.Split(' ') }, Cancel)).Key!;
            var told = await server.Tell(method, path, body, key);
            // With another organization in its address it is forbidden all the same, but not for the scope.
            var isForScope = told.Status is 401 || (told.Status is 403 && told.Detail!.Contains("scope", StringComparison.Ordinal));
            Assert.True(s_routes[route].Contains(scopes) != isForScope, $"{route} with a key that may {scopes} answers {told.Status}.");
            if (told.Status >= 400)
                Assert.Equal("detail", told.Names);
        }
    }

    public static TheoryData<string> Naming => [.. s_routes.Keys.Where(route => route.Contains('{'))];

    /// <summary>That a task is somebody else's is told, as theirs is; of all the rest it is not.</summary>
    [Theory, MemberData(nameof(Naming))]
    public async Task What_is_anothers_is_forbidden_or_unknown_and_stays_as_it_is(string route)
    {
        var theirs = await Stranger.Make(server);
        var before = await theirs.Seen(server);
        var (unknown, foreign) = (await Answer(Stranger.Unknown), await Answer(theirs));
        if (route.Contains("{taskId}", StringComparison.Ordinal) || route.Contains("metrics", StringComparison.Ordinal))
            Assert.Equal(("404", """403 application/json {"detail":"The task ID belongs to another organization."}"""), (unknown.Split(' ')[0], foreign));
        else
            Assert.Equal(unknown, foreign);
        Assert.Equal(before, await theirs.Seen(server));

        Task<string> Answer(Stranger of)
        {
            var (method, path) = Mounted(route).Split(' ') switch { var parts => (parts[0], parts[1]) };
            path = path.Replace("{organization:guid}", of.Organization.ToString(), StringComparison.Ordinal).Replace("{taskId}", of.Run.ToString(), StringComparison.Ordinal)
                .Replace("{agentId}", of.Workflow.ToString(), StringComparison.Ordinal).Replace("{**asset}", of.Workflow.ToString(), StringComparison.Ordinal)
                .Replace("{userId}", $"key:{of.Name}", StringComparison.Ordinal);
            var body = route.Contains("invoke", StringComparison.Ordinal) || route == "POST /agent-execution/{agentId}" ? """{"input":{"text":"go"}}"""
                : route.Contains("metrics", StringComparison.Ordinal) ? $$"""{"execution_id":"{{of.Run}}"}""" : "{}";
            return Stranger.Answer(server, method, path, method is "POST" or "PATCH" ? body : null, ("x-api-key", server.Key), [of.Organization.ToString(), of.Run.ToString(), of.Workflow.ToString()]);
        }
    }

    [Theory]
    [InlineData("GET", "/xpander/v1/nothing", 404)]
    [InlineData("GET", "/xpander", 404)]
    [InlineData("PUT", "/xpander/v1/tasks", 405)]
    public async Task What_there_is_not_is_refused_in_the_dialect_too(string method, string path, int status)
    {
        var told = await server.Tell(method, path);
        Assert.Equal((status, "detail"), (told.Status, told.Names));
        Assert.False(string.IsNullOrEmpty(told.Detail));
    }

    [Fact]
    public async Task A_key_stands_in_its_header_whatever_that_is_called_like_and_nowhere_else()
    {
        using var bearer = await server.Send(HttpMethod.Get, $"{Rest}/tasks");
        Assert.Equal(401, (int)bearer.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Rest}/tasks") { Headers = { { "X-API-KEY", server.Key } } };
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_host_name_belongs_to_the_dialect()
    {
        var other = new TestServer { Adjust = options => options with { Dialects = new() { Hosts = new Dictionary<string, string> { ["inbound.xpander.example"] = "xpander" } } } };
        await other.InitializeAsync();
        await using (other)
        {
            var agent = await other.Agent("hold");
            other.Http.DefaultRequestHeaders.Host = "inbound.xpander.example";
            var id = (await other.Tell("POST", $"/agent-execution/{agent}", """{"input":{"text":"x"}}""")).Text("id");
            Assert.Equal(("stopped", true), (await other.Tell("POST", $"/v1/tasks/{id}/stop")).Ended);
        }
    }

    [Fact]
    public async Task An_agent_is_created_read_changed_and_listed()
    {
        var made = await server.Tell("POST", $"{Rest}/agents", """{"name":"Täglich!","description":"d","icon":"x","model_provider":"p","model_name":"m"}""");
        Assert.Equal(
            "id organization_id name description unique_name icon instructions framework deployment_type status type version model_provider model_name llm_reasoning_effort created_at graph tools definition",
            made.Names);
        Assert.Equal((200, "Täglich!", 1, "agent"), (made.Status, made.Text("name"), made["version"].GetInt32(), made["definition"].GetProperty("nodes").GetProperty("agent").GetProperty("type").GetString()));
        Assert.Equal(("container", "regular", "id item_id name type targets is_first"), (made.Text("deployment_type"), made.Text("type"), Told.NamesOf(made["graph"][0])));
        Assert.Equal(
            [("agent", "agent", "[]"), ("root", "source_node", """["agent"]""")],
            made["graph"].EnumerateArray().Select(item => (item.GetProperty("id").GetString(), item.GetProperty("type").GetString(), item.GetProperty("targets").GetRawText())));
        var id = made.Text("id");
        var changed = await server.Tell("PATCH", $"{Rest}/agents/{id}", "{\"definition\":" + Graph("noop") + "}");
        Assert.Equal(("Täglich!", "d", 2, made.Text("created_at")), (changed.Text("name"), changed.Text("description"), changed["version"].GetInt32(), changed.Text("created_at")));
        foreach (var path in new[] { $"{Rest}/agents/{id}", $"/xpander/agents/{id}" })
            Assert.Equal(changed.Json.GetRawText(), (await server.Tell("GET", path)).Json.GetRawText());
        var listed = (await server.Tell("GET", "/xpander/agents/list")).Json.EnumerateArray().Single(agent => agent.GetProperty("id").GetString() == id);
        Assert.Equal(("Täglich!", JsonValueKind.Null, 0), (listed.GetProperty("name").GetString(), listed.GetProperty("definition").ValueKind, listed.GetProperty("graph").GetArrayLength()));
        Assert.Equal(413, (await server.Tell("PATCH", $"{Rest}/agents/{id}", $$"""{"description":"{{new string('x', 70_000)}}"}""")).Status);
        Assert.Equal((422, "body/name"), (await server.Tell("POST", $"{Rest}/agents", "{}")) switch { var told => (told.Status, told.Fault.Loc) });
        Assert.Equal((422, "body/definition"), (await server.Tell("POST", $"{Rest}/agents", """{"name":"x","definition":{}}""")) switch { var told => (told.Status, told.Fault.Loc) });
        using var foreign = await server.ConnectForeign();
        var theirs = (await foreign.SaveWorkflow("theirs", Graph("noop"), cancel: Cancel)).Id;
        Assert.Equal(404, (await server.Tell("GET", $"{Rest}/agents/{theirs}")).Status);
    }

    [Fact]
    public async Task Its_document_is_generated_and_says_of_every_operation_what_it_is_and_how_it_is_refused()
    {
        var document = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/openapi/xpander.json", UriKind.Relative), Cancel));
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject(), (path, method) => (Route: $"{method.Name.ToUpperInvariant()} {path.Name}", method.Value)).ToList();
        Assert.Equal(
            s_routes.Keys.Select(route => Mounted(route).Replace(":guid", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            operations.Select(one => one.Route).Order(StringComparer.Ordinal));
        Assert.All(operations, one => Assert.True(one.Value.GetProperty("summary").GetString()!.Length > 10, one.Route));
        Assert.Equal(operations.Count, operations.Select(one => one.Value.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.All(operations, one => Assert.Equal(1, one.Value.GetProperty("security").GetArrayLength()));
        Assert.All(operations, one => Assert.Equal(
            "detail",
            Told.NamesOf(one.Value.GetProperty("responses").GetProperty("default").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties"))));
        Assert.Equal(Fields.Split(' ').Order(StringComparer.Ordinal), document.GetProperty("components").GetProperty("schemas").GetProperty("TaskDocument").GetProperty("properties").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.All(operations, one => Assert.EndsWith("/InvalidDocument", Schema(one.Value, "422", "application/json").GetProperty("$ref").GetString(), StringComparison.Ordinal));
        Assert.Equal("array", document.GetProperty("components").GetProperty("schemas").GetProperty("InvalidDocument").GetProperty("properties").GetProperty("detail").GetProperty("type").GetString());
        foreach (var (operation, fields) in new[] { ("invokeAgentStream", "data"), ("watchTask", "data") })
            Assert.Contains(fields, Told.NamesOf(Schema(Named(operation), "200", "text/event-stream").GetProperty("properties")), StringComparison.Ordinal);
        Assert.Equal(
            ["dedicated_agent_id", "internal_status", "kill_in_ms", "error"],
            Schema(Named("connectWorker"), "200", "text/event-stream").GetProperty("oneOf").EnumerateArray().Zip(
                new[] { "dedicated_agent_id", "internal_status", "kill_in_ms", "error" }, (one, name) => one.GetProperty("properties").TryGetProperty(name, out _) ? name : ""));
        Assert.Equal(
            ["Needs a key of a worker.", "Needs a key that may read and write, or one of a worker.", "Needs a key that may read and write.", "Needs a key that may read."],
            new[] { "connectWorker", "updateTask", "stopTask", "readTask" }.Select(name => Named(name).GetProperty("description").GetString()));
        Assert.Equal("x-api-key", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("name").GetString());

        JsonElement Named(string name) => operations.Single(one => one.Value.GetProperty("operationId").GetString() == name).Value;

        static JsonElement Schema(JsonElement operation, string status, string media) =>
            operation.GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty(media).GetProperty("schema");
    }
}
