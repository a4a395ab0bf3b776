using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server;
using Rein.Server.Dialects;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>How the dialect is reached, who may do what, how it refuses, and that its document is true.</summary>
public sealed class B3osSurfaceTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly string[] s_scopes = ["read", "start", "stop", "read start stop"];

    /// <summary>Every address, and which of these keys may go there: `read` is theirs, the last is `read-write`.</summary>
    static readonly Dictionary<string, string[]> s_routes = new()
    {
        ["POST /runs/{id}/cancel"] = ["read start stop"],
        ["GET /runs/{id}"] = ["read", "read start stop"],
        ["GET /runs/{id}/stream"] = ["read", "read start stop"],
        ["GET /runs"] = ["read", "read start stop"],
        ["GET /workflows/{id}/runs"] = ["read", "read start stop"],
        ["GET /workflows/{id}/runs/stream"] = ["read", "read start stop"],
        ["GET /workflows/{id}/runs/count"] = ["read", "read start stop"],
        ["GET /runs/status-counts"] = ["read", "read start stop"],
        ["POST /workflows/{id}/run"] = ["start", "read start stop"],
        ["POST /runs"] = ["start", "read start stop"],
        ["POST /runs/sync"] = ["read start stop"],
        ["POST /runs/{id}/retry"] = ["read start stop"],
        ["POST /runs/{id}/nodes/{nodeId}/resume"] = ["start", "read start stop"],
        ["POST /workflows"] = ["start", "read start stop"],
        ["GET /workflows"] = ["read", "read start stop"],
        ["POST /workflows/validate"] = ["read", "read start stop"],
        ["GET /workflows/{id}"] = ["read", "read start stop"],
        ["PUT /workflows/{id}"] = ["start", "read start stop"],
        ["POST /workflows/{id}/publish"] = ["start", "read start stop"],
        ["GET /organizations/{orgId}/cu"] = ["read", "read start stop"],
    };

    public static TheoryData<string> Routes => [.. s_routes.Keys];

    [Fact]
    public void Every_address_of_a_dialect_has_a_row_here()
    {
        var mapped = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.IsOf("b3os")).SelectMany(
            endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(s_routes.Keys.Select(route => route.Replace(" ", " /b3os/v1", StringComparison.Ordinal)).Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task An_address_needs_its_scopes_and_refuses_in_the_dialect(string route)
    {
        // A stream would wait for one that could be chosen.
        var nobodys = route.EndsWith("/stream", StringComparison.Ordinal) ? "nobodys" : "run_nobodys";
        var (method, path) = route.Split(' ') switch { var parts => (parts[0], "/b3os/v1" + parts[1].Replace("{id}", nobodys, StringComparison.Ordinal).Replace("{nodeId}", "a", StringComparison.Ordinal).Replace("{orgId}", "org_nobodys", StringComparison.Ordinal)) };
        var body = method is "GET" ? null : "{}";
        Assert.Equal((401, 401), (await server.Ask(method, path, body, key: "none")) switch { var said => (said.Status, said.Code) });
        foreach (var scopes in s_scopes)
        {
            var key = (await server.Client.CreateKey(new() { Name = scopes, Scopes = scopes.Split(' ') }, Cancel)).Key!;
            var said = await server.Ask(method, path, body, key);
            Assert.True(s_routes[route].Contains(scopes) == said.Status is not (401 or 403), $"{route} with a key that may {scopes} answers {said.Status}.");
            if (said.Status >= 400)
                Assert.Equal(["code", "message", "details", "requestId"], said.Json.EnumerateObject().Select(field => field.Name));
        }
    }

    public static TheoryData<string> Naming => [.. s_routes.Keys.Where(route => route.Contains('{')), "GET /runs?workflowId={wf}", "GET /runs/status-counts?workflowId={wf}"];

    [Theory, MemberData(nameof(Naming))]
    public async Task What_is_anothers_is_answered_as_what_nobody_has_and_stays_as_it_is(string route)
    {
        var theirs = await Stranger.Make(server);
        var before = await theirs.Seen(server);
        Assert.Equal(await Answer(Stranger.Unknown), await Answer(theirs));
        Assert.Equal(before, await theirs.Seen(server));

        Task<string> Answer(Stranger of)
        {
            var (method, path) = route.Split(' ') switch { var parts => (parts[0], parts[1]) };
            var id = path.StartsWith("/workflows", StringComparison.Ordinal) ? $"wf_{of.Workflow:N}" : $"run_{of.Run:N}";
            path = path.Replace("{id}", id, StringComparison.Ordinal).Replace("{wf}", $"wf_{of.Workflow:N}", StringComparison.Ordinal)
                .Replace("{nodeId}", "ask", StringComparison.Ordinal).Replace("{orgId}", $"org_{of.Organization:N}", StringComparison.Ordinal);
            var body = method is "PUT" ? """{"name":"ours"}""" : method is "POST" ? "{}" : null;
            return Stranger.Answer(server, method, "/b3os/v1" + path, body, ("Authorization", $"Bearer {server.Key}"), [id, $"org_{of.Organization:N}"]);
        }
    }

    [Theory]
    [InlineData("GET", "/b3os/v1/nothing", 404)]
    [InlineData("GET", "/b3os", 404)]
    [InlineData("DELETE", "/b3os/v1/runs", 405)]
    public async Task What_there_is_not_is_refused_in_the_dialect_too(string method, string path, int status)
    {
        var said = await server.Ask(method, path);
        Assert.Equal((status, status), (said.Status, said.Code));
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_refused_and_its_media_type_does_not_matter()
    {
        Assert.Equal(400, (await server.Ask("POST", "/b3os/v1/runs", "{")).Status);
        Assert.Equal(400, (await server.Ask("POST", "/b3os/v1/runs", "[]")).Status);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/b3os/v1/runs")
        {
            Content = new StringContent("{\"definition\":" + Graph("noop") + "}", Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {server.Key}");
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_host_name_belongs_to_a_dialect_alone()
    {
        var other = new TestServer { Adjust = options => options with { Dialects = new() { Hosts = new Dictionary<string, string> { ["api.b3os.example"] = "b3os" } } } };
        await other.InitializeAsync();
        await using (other)
        {
            other.Http.DefaultRequestHeaders.Host = "API.b3os.example";
            var id = (await other.Ask("POST", "/v1/runs", "{\"definition\":" + Graph("hold") + "}")).Text("runId");
            Assert.StartsWith("run_", id, StringComparison.Ordinal);
            Assert.Equal("cancelled", (await other.Ask("POST", $"/v1/runs/{id}/cancel")).Text("status"));
            Assert.Equal((404, 404), (await other.Ask("GET", "/v1/pools")) switch { var said => (said.Status, said.Code) });
            other.Http.DefaultRequestHeaders.Host = null;
            Assert.Equal("cancelled", (await other.Ask("GET", $"/b3os/v1/runs/{id}")).Text("status"));
            Assert.NotEmpty((await other.Client.ListRuns(cancel: Cancel)).Runs);
        }
    }

    [Fact]
    public void What_cannot_be_set_is_said_at_the_start()
    {
        var options = new ReinServerOptions
        {
            Dialects = new()
            {
                Hosts = new Dictionary<string, string> { ["api.example"] = "klingon", ["no host"] = "b3os" },
                Graces = new Dictionary<string, TimeSpan> { ["b3os"] = TimeSpan.FromHours(2) },
            },
        };
        Assert.Equal(
            [$"there is no dialect 'klingon'; known are {string.Join(", ", DialectOptions.Names)}", "'no host' is no host name", "the grace of the dialect b3os (7200 s) must be from 0 to an hour"],
            options.Faults());
    }

    [Fact]
    public async Task A_workflow_is_created_read_changed_published_and_run_in_a_version()
    {
        const string path = "/b3os/v1/workflows";
        var made = await server.Ask("POST", path, "{\"name\":\"Täglich!\",\"description\":\"d\",\"definition\":" + Graph("noop") + "}");
        Assert.Equal(
            ["id", "organizationId", "name", "description", "status", "version", "definition", "propValues", "hasDraft", "hasLiveVersion", "createdAt", "updatedAt"], made.Data.EnumerateObject().Select(field => field.Name));
        Assert.Equal((200, "Täglich!", "draft", 1), (made.Status, made.Text("name"), made.Text("status"), made.Data.GetProperty("version").GetInt32()));
        Assert.False(made.Data.GetProperty("definition").TryGetProperty("blockExpansions", out _));
        var id = made.Text("id");
        var changed = await server.Ask("PUT", $"{path}/{id}", "{\"definition\":" + Graph("hold") + "}");
        Assert.Equal(("Täglich!", "d", "draft", 2), (changed.Text("name"), changed.Text("description"), changed.Text("status"), changed.Data.GetProperty("version").GetInt32()));
        var published = await server.Ask("POST", $"{path}/{id}/publish");
        Assert.Equal(("active", 2), (published.Text("status"), published.Data.GetProperty("publishedVersion").GetInt32()));
        Assert.Equal(published.Data.GetRawText(), (await server.Ask("GET", $"{path}/{id}")).Data.GetRawText());
        Assert.Equal(made.Text("createdAt"), published.Text("createdAt"));
        Assert.Equal((false, true), (published.Data.GetProperty("hasDraft").GetBoolean(), published.Data.GetProperty("hasLiveVersion").GetBoolean()));

        var first = (await server.Ask("POST", $"{path}/{id}/run", """{"version":1}""")).Text("runId");
        Assert.Equal(1, (await server.Ask("GET", $"/b3os/v1/runs/{first}")).Data.GetProperty("workflowVersion").GetInt32());
        Assert.Equal(404, (await server.Ask("POST", $"{path}/{id}/run", """{"version":3}""")).Status);
        Assert.Equal(400, (await server.Ask("POST", path, "{\"definition\":" + Graph("noop") + "}")).Status);
        Assert.Equal((400, 400228), (await server.Ask("POST", path, """{"name":"x","definition":{}}""")) switch { var said => (said.Status, said.Code) });
    }

    [Fact]
    public async Task Of_two_who_change_a_workflow_that_they_have_seen_alike_the_second_is_told_so_and_changes_nothing()
    {
        const string path = "/b3os/v1/workflows";
        var id = (await server.Ask("POST", path, "{\"name\":\"Shared\",\"definition\":" + Graph("noop") + "}")).Text("id");
        var both = await Task.WhenAll(Change(1, "first", "hold"), Change(1, "second", "deaf"));
        Assert.Equal([200, 409], both.Select(said => said.Code).Order());
        Assert.Equal([200, 409], both.Select(said => said.Status).Order());
        var won = both.Single(said => said.Status == 200);
        var read = await server.Ask("GET", $"{path}/{id}");
        Assert.Equal(won.Data.GetRawText(), read.Data.GetRawText());
        Assert.Equal(2, read.Data.GetProperty("version").GetInt32());
        Assert.Equal(409, (await server.Ask("PUT", $"{path}/{id}", """{"expectedVersion":1,"name":"stale"}""")).Status);
        Assert.Equal(409, (await server.Ask("POST", $"{path}/{id}/publish", """{"expectedVersion":1}""")).Status);
        Assert.Equal(read.Data.GetRawText(), (await server.Ask("GET", $"{path}/{id}")).Data.GetRawText());
        Assert.Equal(400, (await server.Ask("PUT", $"{path}/{id}", """{"expectedVersion":"two"}""")).Status);

        Assert.Equal("third", (await Change(2, "third", "noop")).Text("name"));
        Assert.Equal("active", (await server.Ask("POST", $"{path}/{id}/publish", """{"expectedVersion":3,"executeWorkflow":true}""")).Text("status"));
        Assert.Equal("last", (await server.Ask("PUT", $"{path}/{id}", """{"name":"last"}""")).Text("name"));

        Task<Said> Change(int seen, string name, string kind) =>
            server.Ask("PUT", $"{path}/{id}", $$"""{"expectedVersion":{{seen}},"name":"{{name}}","definition":{{Graph(kind)}}}""");
    }

    /// <summary>Somebody saves between the look and the write of who has seen the same: what he has said is not taken back by a word that was said before it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(""" "definition":DEFINITION, """)]
    public async Task Who_was_overtaken_by_another_version_is_told_so_and_changes_nothing(string more)
    {
        const string path = "/b3os/v1/workflows";
        var (overtake, done) = (default(Func<Task>), false);
        await using var other = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Extras", (real, _) => Instead.Of(real.Extras, nameof(IExtraStore.OfWorkflow), (extras, args) => Read(extras, args))),
        };
        await other.InitializeAsync();
        var id = (await other.Ask("POST", path, "{\"name\":\"Shared\",\"definition\":" + Graph("noop") + "}")).Text("id");
        overtake = async () => Assert.Equal(200, (await other.Ask("PUT", $"{path}/{id}", """{"expectedVersion":1,"name":"theirs","definition":""" + Graph("hold") + "}")).Status);

        var late = await other.Ask("PUT", $"{path}/{id}", $$"""{{{more.Replace("DEFINITION", Graph("deaf").GetRawText(), StringComparison.Ordinal)}} "expectedVersion":1,"name":"mine","description":"mine"}""");

        Assert.True(done);
        Assert.Equal((409, 409), (late.Status, late.Code));
        var read = await other.Ask("GET", $"{path}/{id}");
        Assert.Equal(("theirs", "", 2), (read.Text("name"), read.Text("description"), read.Data.GetProperty("version").GetInt32()));

        async Task<ReadOnlyMemory<byte>> Read(IExtraStore extras, object?[] args)
        {
            var before = await extras.OfWorkflow((Guid)args[0]!, (string)args[1]!, (CancellationToken)args[2]!);
            if (overtake is { } first)
            {
                overtake = null;
                await first();
                done = true;
            }
            return before;
        }
    }

    /// <summary>What another says meanwhile, without another version, is no conflict, and stays.</summary>
    [Fact]
    public async Task A_title_that_is_changed_beside_something_else_takes_nothing_of_it_back()
    {
        const string path = "/b3os/v1/workflows";
        var id = (await server.Ask("POST", path, "{\"name\":\"Shared\",\"definition\":" + Graph("noop") + "}")).Text("id");
        var agent = Guid.ParseExact(id["wf_".Length..], "N");
        var all = await Task.WhenAll(
            server.Ask("PUT", $"{path}/{id}", """{"expectedVersion":1,"name":"t"}"""), server.Ask("PUT", $"{path}/{id}", """{"expectedVersion":1,"description":"d"}"""),
            server.Ask("PUT", $"{path}/{id}", """{"propValues":{"a":1}}"""), server.Ask("POST", $"{path}/{id}/publish", """{"expectedVersion":1}"""));
        await server.Tell("PATCH", $"{XpanderCalls.Rest}/agents/{agent}", """{"model_name":"m"}""");
        Assert.All(all, said => Assert.Equal(200, said.Status));
        var read = await server.Ask("GET", $"{path}/{id}");
        Assert.Equal(("t", "d", "active", 1, """{"a":1}"""), (
            read.Text("name"), read.Text("description"), read.Text("status"), read.Data.GetProperty("version").GetInt32(), read.Data.GetProperty("propValues").GetRawText()));
    }

    [Fact]
    public async Task Workflows_are_listed_page_by_page_and_one_that_cannot_be_run_is_said_to_be_so_without_being_saved()
    {
        const string path = "/b3os/v1/workflows";
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await server.Ask("POST", path, "{\"name\":\"zz-list\",\"definition\":" + Graph("noop") + "}")).Text("id"));
        var listed = new List<JsonElement>();
        for (var (offset, more) = (0, true); more; offset += 2)
        {
            var page = (await server.Ask("GET", $"{path}?limit=2&offset={offset}&_fields_filter=id")).Data;
            Assert.Equal((2, offset), (page.GetProperty("limit").GetInt32(), page.GetProperty("offset").GetInt32()));
            listed.AddRange(page.GetProperty("items").EnumerateArray());
            more = page.GetProperty("hasMore").GetBoolean();
        }
        Assert.Equal(listed.Count, listed.Select(one => one.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(ids, id => Assert.Contains(listed, one => one.GetProperty("id").GetString() == id));
        Assert.Equal((await server.Ask("GET", $"{path}/{ids[0]}")).Data.GetRawText(), listed.Single(one => one.GetProperty("id").GetString() == ids[0]).GetRawText());
        Assert.Equal(400, (await server.Ask("GET", $"{path}?limit=0")).Status);
        var beyond = (await server.Ask("GET", $"{path}?offset=10000")).Data;
        Assert.Equal((0, 10000, false), (beyond.GetProperty("items").GetArrayLength(), beyond.GetProperty("offset").GetInt32(), beyond.GetProperty("hasMore").GetBoolean()));

        var fine = await server.Ask("POST", $"{path}/validate", "{\"name\":\"Untitled\",\"definition\":" + Graph("noop") + "}");
        Assert.Equal((200, true, 0), (fine.Status, fine.Data.GetProperty("valid").GetBoolean(), fine.Data.GetProperty("errors").GetArrayLength()));
        var wrong = await server.Ask("POST", $"{path}/validate", """{"definition":{"nodes":{"root":{"type":"manual","children":["nobody"]}}}}""");
        Assert.False(wrong.Data.GetProperty("valid").GetBoolean());
        Assert.Contains("nobody", wrong.Data.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(400, (await server.Ask("POST", $"{path}/validate", "{}")).Status);
    }

    [Fact]
    public async Task Blocks_that_were_taken_apart_are_shown_on_the_run_alone()
    {
        const string definition = """
            { "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop", "connector": { "id": "c" } } }, "blockExpansions": { "b": { "blockId": "x" } } }
            """;
        var made = await server.Ask("POST", "/b3os/v1/workflows", "{\"name\":\"Blocks\",\"definition\":" + definition + "}");
        Assert.False(made.Data.GetProperty("definition").TryGetProperty("blockExpansions", out _));
        var id = (await server.Ask("POST", $"/b3os/v1/workflows/{made.Text("id")}/run")).Text("runId");
        var snapshot = (await server.Ask("GET", $"/b3os/v1/runs/{id}")).Data.GetProperty("workflowDefinition");
        Assert.Equal("x", snapshot.GetProperty("blockExpansions").GetProperty("b").GetProperty("blockId").GetString());
        Assert.Equal("c", snapshot.GetProperty("nodes").GetProperty("a").GetProperty("connector").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_workflow_that_was_saved_elsewhere_is_there_and_active()
    {
        var name = await server.Save("noop");
        var saved = await server.Client.ReadWorkflow(name, cancel: Cancel);
        var read = await server.Ask("GET", $"/b3os/v1/workflows/wf_{saved.Id:N}");
        Assert.Equal((name, "active", 1), (read.Text("name"), read.Text("status"), read.Data.GetProperty("publishedVersion").GetInt32()));
        // Another definition is not published by being saved, here either.
        var changed = await server.Ask("PUT", $"/b3os/v1/workflows/wf_{saved.Id:N}", $$"""{"name":"Ours","definition":{{Graph("hold")}}}""");
        Assert.Equal(("Ours", "active", 2, 1, true), (
            changed.Text("name"), changed.Text("status"), changed.Data.GetProperty("version").GetInt32(), changed.Data.GetProperty("publishedVersion").GetInt32(), changed.Data.GetProperty("hasDraft").GetBoolean()));
        using var foreign = await server.ConnectForeign();
        var theirs = await foreign.SaveWorkflow("theirs", Graph("noop"), cancel: Cancel);
        Assert.Equal(404, (await server.Ask("GET", $"/b3os/v1/workflows/wf_{theirs.Id:N}")).Status);
    }

    [Fact]
    public async Task Its_document_is_generated_and_says_of_every_operation_what_it_is_and_how_it_is_refused()
    {
        var document = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/openapi/b3os.json", UriKind.Relative), Cancel));
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject(), (path, method) => (Route: $"{method.Name.ToUpperInvariant()} {path.Name}", method.Value)).ToList();
        Assert.Equal(s_routes.Keys.Select(route => route.Replace(" ", " /b3os/v1", StringComparison.Ordinal)).Order(StringComparer.Ordinal), operations.Select(one => one.Route).Order(StringComparer.Ordinal));
        Assert.All(operations, one => Assert.True(one.Value.GetProperty("summary").GetString()!.Length > 10, one.Route));
        Assert.Equal(operations.Count, operations.Select(one => one.Value.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.All(operations, one => Assert.Equal(1, one.Value.GetProperty("security").GetArrayLength()));
        Assert.All(operations, one => Assert.Equal(
            ["code", "message", "details", "requestId"],
            one.Value.GetProperty("responses").GetProperty("default").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(field => field.Name)));
        var run = document.GetProperty("components").GetProperty("schemas").GetProperty("RunDocument").GetProperty("properties").EnumerateObject().Select(field => field.Name);
        Assert.Equal(B3osCancelTests.Fields.Order(), run.Order());
        Assert.Equal("string", Property(document, "RunDocument", "id"));
        Assert.Equal("boolean", Property(document, "RunDocument", "isDustTest"));

        var native = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancel));
        Assert.DoesNotContain(native.GetProperty("paths").EnumerateObject(), path => path.Name.Contains("b3os", StringComparison.Ordinal));
    }

    static string? Property(JsonElement document, string schema, string name) =>
        document.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").GetProperty(name).GetProperty("type").GetString();
}
