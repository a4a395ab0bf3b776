using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Rein.Server;
using Rein.System.Tests.Api.Document;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>How the dialect is reached, who may do what, how it refuses, and that its document is true.</summary>
public sealed class AxiomSurfaceTests(TestServer server) : IClassFixture<TestServer>
{
    const string Api = "/axiom/api/v3";

    static readonly string[] s_scopes = ["read", "start", "stop", "read start stop"];

    /// <summary>Every address, and which of these keys may go there; none where the password of a run is the key.</summary>
    static readonly Dictionary<string, string[]> s_routes = new()
    {
        ["POST /axiom/api/v3/trigger"] = ["start", "read start stop"],
        ["POST /axiom/api/v3/list-automations"] = ["read", "read start stop"],
        ["POST /axiom/api/v3/run-reports"] = ["read", "read start stop"],
        ["POST /axiom/api/v3/run-data"] = ["read", "read start stop"],
        ["POST /axiom/api/v3/remaining-runtime"] = ["read", "read start stop"],
        ["POST /axiom/api/v3/stop"] = [],
        ["GET /axiom/api/v3/stop"] = [],
        ["GET /axiom/viewer"] = [],
        ["POST /axiom/viewer"] = [],
    };

    public static TheoryData<string> Guarded => [.. s_routes.Where(route => route.Value.Length > 0).Select(route => route.Key)];

    [Fact]
    public void Every_address_of_the_dialect_has_a_row_here()
    {
        var mapped = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => Calls.IsOf(endpoint, "axiom")).SelectMany(
            endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(s_routes.Keys.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Guarded))]
    public async Task An_address_needs_its_scopes_and_refuses_in_the_dialect(string route)
    {
        var path = route["POST /axiom/api/v3".Length..];
        Assert.Equal((401, "Unable to authenticate, you must send an API key."), await server.Axiom(path, key: "") switch { var said => (said.Status, said.Message()) });
        Assert.Equal((401, "Unable to authenticate, you must send an API key."), await server.Ask("POST", Api + path, key: "") switch { var said => (said.Status, said.Message()) });
        foreach (var wrong in new[] { "none", server.Key[..^1] + "x", server.Key + " " })
            Assert.Equal((401, "Invalid key"), await server.Axiom(path, key: wrong) switch { var said => (said.Status, said.Message()) });
        Assert.Equal((401, "Invalid key"), await server.Axiom(path, "\"key\":7", key: "") switch { var said => (said.Status, said.Message()) });
        Assert.Equal(400, await server.Ask("POST", Api + path, "{", key: "") switch { var said => said.Message().Length > 0 ? said.Status : 0 });
        Assert.Equal(401, (await server.Ask("POST", Api + path, "[]", key: "")).Status);
        foreach (var scopes in s_scopes)
        {
            var key = (await server.Client.CreateKey(new() { Name = scopes, Scopes = scopes.Split(' ') }, Cancel)).Key!;
            var said = await server.Axiom(path, "\"name\":\"none\",\"unknown\":{}", key);
            Assert.True(s_routes[route].Contains(scopes) == said.Status is not (401 or 403), $"{route} with a key that may {scopes} answers {said.Status}.");
        }
    }

    [Fact]
    public async Task The_header_of_later_versions_is_taken_too_and_a_bearer_is_not()
    {
        foreach (var (header, value, status) in new[] { ("X-API-KEY", server.Key, 200), ("x-api-key", server.Key, 200), ("X-API-KEY", "none", 401), ("Authorization", $"Bearer {server.Key}", 401) })
            foreach (var body in new[] { "{}", null })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Api + "/list-automations") { Content = body is null ? null : new StringContent(body) };
                request.Headers.TryAddWithoutValidation(header, value);
                using var response = await server.Http.SendAsync(request, Cancel);
                Assert.Equal((status, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
                Assert.Empty(response.Headers.WwwAuthenticate);
            }
    }

    [Theory, MemberData(nameof(Guarded))]
    public async Task What_is_anothers_is_answered_as_what_nobody_has_and_stays_as_it_is(string route)
    {
        var theirs = await Stranger.Make(server);
        var before = await theirs.Seen(server);
        Assert.Equal(await Answer(Stranger.Unknown), await Answer(theirs));
        Assert.Equal(before, await theirs.Seen(server));

        Task<string> Answer(Stranger of) =>
            Stranger.Answer(server, "POST", route.Split(' ')[1], $$"""{"name":"{{of.Name}}"}""", ("X-API-KEY", server.Key), [of.Name]);
    }

    [Theory]
    [InlineData("/list-automations", 413)]
    [InlineData("/trigger", 404)]
    public async Task Little_is_read_of_whoever_may_be_anybody(string path, int status) =>
        Assert.Equal(status, (await server.Axiom(path, $"\"name\":\"none\",\"data\":[[\"{new string('x', 100_000)}\"]]")).Status);

    [Fact]
    public async Task Input_that_is_too_large_is_refused() =>
        Assert.Equal(400, (await server.Axiom("/trigger", $"\"name\":\"{await server.Save("noop")}\",\"data\":[[\"{new string('x', 300_000)}\"]]")).Status);

    [Theory]
    [InlineData("GET", "/axiom/api/v3/nothing", 404)]
    [InlineData("GET", "/axiom", 404)]
    [InlineData("GET", "/axiom/api/v3/trigger", 405)]
    [InlineData("DELETE", "/axiom/api/v3/stop", 405)]
    public async Task What_there_is_not_is_refused_in_the_dialect_too(string method, string path, int status)
    {
        var said = await server.Ask(method, path);
        Assert.Equal(status, said.Status);
        Assert.NotEmpty(said.Message());
    }

    [Fact]
    public async Task Where_the_operator_says_so_a_refusal_is_told_by_its_body_alone()
    {
        await using var other = new TestServer { Adjust = options => options with { StopsPerSecond = 1, Dialects = new() { Settings = new Dictionary<string, string> { ["axiom.errors"] = "ok" } } } };
        await other.InitializeAsync();
        Assert.Equal((200, "Unable to authenticate, you must send an API key."), await other.Axiom("/trigger", key: "") switch { var said => (said.Status, said.Message()) });
        Assert.Equal((200, "Task not found, please check the name and try again."), await other.Axiom("/trigger", "\"name\":\"none\"") switch { var said => (said.Status, said.Message()) });
        Assert.Equal((200, "Run not found"), await other.Stop("02", "abc123xyz") switch { var said => (said.Status, said.Message()) });
        // What is worth trying again is told by its status: clients go by it.
        var run = await other.TriggerAndBegin("hold");
        var refused = await other.Stop(run);
        for (var i = 0; refused.Status == 200 && i < 100; i++)
            refused = await other.Stop(run);
        Assert.Equal(429, refused.Status);
        await other.BreakStore("ALTER TABLE stop_links RENAME TO elsewhere");
        Assert.Equal(500, (await other.Stop(run)).Status);
    }

    [Fact]
    public async Task A_host_name_belongs_to_the_dialect_alone_and_viewer_urls_lead_there()
    {
        await using var other = new TestServer { Adjust = options => options with { Dialects = new() { Hosts = new Dictionary<string, string> { ["lar.axiom.example"] = "axiom" } } } };
        await other.InitializeAsync();
        var name = await other.Save("hold");
        other.Http.DefaultRequestHeaders.Host = "LAR.axiom.example";
        var said = await other.Ask("POST", "/api/v3/trigger", $$"""{"key":"{{other.Key}}","name":"{{name}}"}""", key: "");
        var run = Triggered.Of(said.Json.GetProperty("OPEN LINK IN BROWSER").GetString()!);
        Assert.Equal($"http://lar.axiom.example/viewer?host=c-00{run.Pid}-v4-proxy.lar.axiom.example&port=80&password={run.Pw}&taskId={run.Run}", run.Url, ignoreCase: true);
        using var page = await other.Http.GetAsync(new Uri(new Uri(run.Url).PathAndQuery, UriKind.Relative), Cancel);
        Assert.Equal(200, (int)page.StatusCode);
        Assert.Equal(200, (await other.Ask("POST", "/api/v3/stop", $$"""{"pid":"{{run.Pid}}","pw":"{{run.Pw}}"}""", key: "")).Status);
        Assert.Equal(404, (await other.Ask("GET", "/v1/pools")).Status);
    }

    [Fact]
    public async Task Viewer_urls_begin_with_where_others_reach_the_server()
    {
        await using var other = new TestServer { Adjust = options => options with { PublicUrl = "https://rein.example/sub/" } };
        await other.InitializeAsync();
        var run = await other.Trigger(await other.Save("hold"));
        Assert.Equal($"https://rein.example/sub/axiom/viewer?host=c-00{run.Pid}-v4-proxy.rein.example&port=443&password={run.Pw}&taskId={run.Run}", run.Url);
    }

    [Fact]
    public void What_cannot_be_set_is_said_at_the_start()
    {
        var options = new ReinServerOptions
        {
            Dialects = new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["axiom.slots"] = "-1", ["axiom.allowance-minutes"] = "much", ["axiom.pid"] = "none", ["axiom.errors"] = "", ["axiom.color"] = "red",
                },
            },
        };
        Assert.Equal(
            [
                "the setting axiom.slots of a dialect cannot be '-1'; it is a whole number from 0 to 1000000",
                "the setting axiom.allowance-minutes of a dialect cannot be 'much'; it is a number of minutes in a month, from 0 to 1000000000",
                "the setting axiom.pid of a dialect cannot be 'none'; it is one of exact, any",
                "the setting axiom.errors of a dialect cannot be ''; it is one of status, ok",
            ],
            options.Faults().Where(fault => fault.StartsWith("the setting", StringComparison.Ordinal)));
        Assert.Contains(options.Faults(), fault => fault.StartsWith("there is no setting 'axiom.color' of a dialect; known are axiom.slots, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_document_is_generated_and_says_of_every_operation_what_it_is_and_how_it_is_refused()
    {
        var document = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/openapi/axiom.json", UriKind.Relative), Cancel));
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject(), (path, method) => (Route: $"{method.Name.ToUpperInvariant()} {path.Name}", method.Value)).ToList();
        Assert.Equal(s_routes.Keys.Order(StringComparer.Ordinal), operations.Select(one => one.Route).Order(StringComparer.Ordinal));
        Assert.All(operations, one => Assert.True(one.Value.GetProperty("summary").GetString()!.Length > 8, one.Route));
        Assert.Equal(operations.Count, operations.Select(one => one.Value.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.All(operations, one => Assert.Equal(s_routes[one.Route].Length > 0, one.Value.TryGetProperty("security", out _)));
        // Its viewer is a page, whatever it has to say.
        var pages = operations.Where(one => one.Route.EndsWith("/viewer", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, pages.Count);
        Assert.All(pages, one => Assert.Equal(["text/html"], one.Value.GetProperty("responses").GetProperty("default").GetProperty("content").EnumerateObject().Select(media => media.Name)));
        Assert.All(operations.Except(pages), one => Assert.Equal(
            ["status", "message"],
            one.Value.GetProperty("responses").GetProperty("default").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(field => field.Name)));
        Assert.Equal(["OPEN LINK IN BROWSER", "status", "message", "run_id", "viewer_url"], Fields(document, "TriggerDocument"));
        Assert.Equal(["task_name", "status", "description", "created_at", "updated_at"], Fields(document, "ReportDocument"));
        Assert.Equal(["used", "allowance", "remaining"], Fields(document, "RuntimeDocument"));
    }

    [Theory]
    [InlineData("trigger", "name", "minLength", "1")]
    [InlineData("run-data", "name", "minLength", "1")]
    [InlineData("run-reports", "count", "minimum", "1")]
    [InlineData("run-reports", "count", "maximum", "100")]
    [InlineData("stop", "pid", "minLength", "2")]
    [InlineData("stop", "pid", "maxLength", "300")]
    [InlineData("stop", "pw", "minLength", "1")]
    public async Task Its_document_says_how_long_and_how_large_what_is_sent_may_be(string path, string field, string word, string bound)
    {
        var body = (await ApiDocument.Read(server, "axiom")).Single(one => one.ToString() == $"POST {Api}/{path}").Body!.Value;
        Assert.Equal(bound, body.GetProperty("properties").GetProperty(field).GetProperty(word).GetRawText());
        Assert.Equal(path is "trigger" or "run-data", body.TryGetProperty("required", out _));
    }

    static IEnumerable<string> Fields(JsonElement document, string schema) =>
        document.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(field => field.Name);
}
