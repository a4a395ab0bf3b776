using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Rein.Server;
using Rein.Server.Access;
using Rein.System.Tests.Api.Document;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.LobstrCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>How the dialect is reached, who may do what, how it refuses, and that its document is true.</summary>
public sealed class LobstrSurfaceTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly string[] s_scopes = ["read", "start", "stop", "read start", "read stop", "read start stop"];
    static readonly string[] s_readers = ["read", "read start", "read stop", "read start stop"];
    static readonly string[] s_writers = ["start", "read start", "read start stop"];
    static readonly string[] s_shown = ["read start", "read start stop"];

    /// <summary>Every address, and which of these keys may go there.</summary>
    static readonly Dictionary<string, string[]> s_routes = new()
    {
        ["POST /runs/{run_hash}/abort"] = ["read start", "read stop", "read start stop"],
        ["POST /runs"] = s_shown,
        ["GET /runs"] = s_readers,
        ["GET /runs/{run_hash}"] = s_readers,
        ["GET /runs/{run_hash}/stats"] = s_readers,
        ["GET /runs/{run_hash}/credits"] = s_readers,
        ["GET /runs/{run_hash}/download"] = s_readers,
        ["GET /exports/{run_hash}"] = s_readers,
        ["GET /runtasks"] = s_readers,
        ["GET /results"] = s_readers,
        ["GET /squids"] = s_readers,
        ["POST /squids"] = s_shown,
        ["GET /squids/{squid_hash}"] = s_readers,
        ["POST /squids/{squid_hash}"] = s_shown,
        ["POST /squids/{squid_hash}/empty"] = s_writers,
        ["GET /tasks"] = s_readers,
        ["POST /tasks"] = s_writers,
        ["GET /tasks/{task_hash}"] = s_readers,
        ["DELETE /tasks/{task_hash}"] = s_writers,
        ["GET /crawlers"] = s_readers,
        ["GET /crawlers/{crawler_hash}"] = s_readers,
        ["GET /me"] = s_readers,
    };

    public static TheoryData<string> Routes => [.. s_routes.Keys];

    [Fact]
    public void Every_address_of_the_dialect_has_a_row_here()
    {
        var mapped = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => Calls.IsOf(endpoint, "lobstr")).SelectMany(
            endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(s_routes.Keys.Select(route => route.Replace(" ", " /lobstr/v1", StringComparison.Ordinal)).Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task An_address_needs_its_scopes_and_refuses_in_the_dialect(string route)
    {
        var (method, path) = (route.Split(' ')[0], "/v1" + string.Join('/', route.Split(' ')[1].Split('/').Select(part => part.StartsWith('{') ? "nobodys" : part)));
        var body = method is "POST" ? "{}" : null;
        Assert.Equal(401, (await server.Lobstr(method, path, body, key: "none")).Status);
        foreach (var scopes in s_scopes)
        {
            var key = (await server.Client.CreateKey(new() { Name = scopes, Scopes = scopes.Split(' ') }, Cancel)).Key!;
            var said = await server.Lobstr(method, path, body, key);
            Assert.True(s_routes[route].Contains(scopes) == said.Status is not (401 or 403), $"{route} with a key that may {scopes} answers {said.Status}.");
            Assert.True(said.Status < 500, said.Raw);
            if (said.Status >= 400 && !path.EndsWith("/credits", StringComparison.Ordinal))
                Assert.Equal(["message", "type", "param"], said.Json.GetProperty("error").EnumerateObject().Select(field => field.Name));
        }
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "not_found_error")]
    [InlineData("GET", "", 404, "not_found_error")]
    [InlineData("DELETE", "/v1/squids/0199c0de00007000800000000000dead", 405, "validation_error")]
    [InlineData("GET", "/v1/user/balance", 404, "not_found_error")]
    [InlineData("POST", "/v1/runs", 400, "validation_error")]
    public async Task What_there_is_not_is_refused_in_the_dialect_too(string method, string path, int status, string type)
    {
        var said = await server.Lobstr(method, path);
        Assert.Equal((status, type), (said.Status, said.Json.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task A_key_is_a_token_and_a_bearer_of_ours_is_none()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Mount}/v1/runs");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {server.Key}");
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal((401, "Token"), ((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
        var me = (await server.Lobstr("GET", "/v1/me")).Ok();
        Assert.Equal(("user", "key:admin", true), (me.Text("object"), me.Text("username"), me.Flag("is_staff")));
        Assert.Equal("authentication_error", (await server.Lobstr("GET", "/v1/runs", key: "")).Json.GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("[]", "application/json", 400)]
    [InlineData("""{"squid":5}""", "application/json", 400)]
    [InlineData("""{"squid":"nobodys"}""", "application/x-www-form-urlencoded", 404)]
    public async Task A_body_that_cannot_be_read_is_refused_and_its_media_type_does_not_matter(string body, string type, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Mount}/v1/runs") { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {server.Key}");
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(status, (int)response.StatusCode);
    }

    public static TheoryData<string> Naming =>
    [
        .. s_routes.Keys.Where(route => route.Contains('{') && !route.Contains("crawler", StringComparison.Ordinal)),
        "POST /runs", "POST /tasks", "POST /squids", "GET /runs?squid={squid_hash}", "GET /tasks?squid={squid_hash}", "GET /runtasks?run={run_hash}",
        "GET /results?run={run_hash}", "GET /results?squid={squid_hash}",
    ];

    [Theory, MemberData(nameof(Naming))]
    public async Task What_is_anothers_is_answered_as_what_nobody_has_and_stays_as_it_is(string route)
    {
        var theirs = await Stranger.Make(server);
        var squid = (await server.Lobstr("POST", "/v1/squids", $$"""{"crawler":"{{theirs.Name}}"}""", theirs.Key)).Ok().Text("id")!;
        (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{"url":"a"}]}""", theirs.Key)).Ok();
        var task = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}", key: theirs.Key)).Ok().Data.Single().GetProperty("id").GetString()!;
        var (before, read) = (await theirs.Seen(server), await Read());
        Assert.Equal(
            await Answer(Stranger.Unknown, "0199c0de00007000800000000000cafe", "0199c0de00007000800000000000face"), await Answer(theirs, squid, task));
        Assert.Equal((before, read), (await theirs.Seen(server), await Read()));

        async Task<string> Read() => (await server.Lobstr("GET", $"/v1/squids/{squid}", key: theirs.Key)).Ok().Raw + (await server.Lobstr("GET", $"/v1/tasks?squid={squid}", key: theirs.Key)).Ok().Raw;

        Task<string> Answer(Stranger of, string squid, string task)
        {
            var (method, path) = route.Split(' ') switch { var parts => (parts[0], parts[1]) };
            path = path.Replace("{run_hash}", of.Run.ToString("N"), StringComparison.Ordinal).Replace("{squid_hash}", squid, StringComparison.Ordinal).Replace("{task_hash}", task, StringComparison.Ordinal);
            var body = path switch
            {
                "/squids" => $$"""{"crawler":"{{of.Workflow:N}}"}""",
                "/tasks" => $$"""{"squid":"{{squid}}","tasks":[{"url":"b"}]}""",
                "/runs" => $$"""{"squid":"{{squid}}"}""",
                _ => path.EndsWith("/empty", StringComparison.Ordinal) ? """{"type":"url"}""" : """{"name":"ours"}""",
            };
            return Stranger.Answer(server, method, $"{Mount}/v1{path}", method is "POST" ? body : null, ("Authorization", $"Token {server.Key}"), [of.Run.ToString("N"), squid, task, of.Workflow.ToString("N")]);
        }
    }

    [Fact]
    public async Task A_host_name_belongs_to_the_dialect_alone_and_its_addresses_lead_there()
    {
        var other = new TestServer
        {
            Adjust = options => options with { PublicUrl = "https://rein.example/", Dialects = new() { Hosts = new Dictionary<string, string> { ["api.lobstr.example"] = "lobstr" } } },
        };
        await other.InitializeAsync();
        await using (other)
        {
            var squid = await other.Squid("noop");
            for (var i = 0; i < 2; i++)
                (await other.Start(squid)).Ok();
            Assert.StartsWith("https://rein.example/lobstr/v1/runs?", (await other.Lobstr("GET", "/v1/runs?limit=1")).Text("next"), StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/runs?limit=1") { Headers = { Host = "API.lobstr.example:8080" } };
            request.Headers.TryAddWithoutValidation("Authorization", $"Token {other.Key}");
            using var response = await other.Http.SendAsync(request, Cancel);
            Assert.Equal("https://API.lobstr.example:8080/v1/runs?limit=1&page=2", JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("next").GetString());
        }
    }

    [Fact]
    public async Task A_key_with_a_budget_is_told_what_is_left_of_it_and_when_it_is_full_again()
    {
        var other = new TestServer { Adjust = options => options with { RequestsPerSecond = 12, StopsPerSecond = 30 } };
        await other.InitializeAsync();
        await using (other)
        {
            var first = (await other.Lobstr("GET", "/v1/runs")).Ok();
            Assert.Equal("12", first.Header("X-RateLimit-Limit"));
            Assert.InRange(int.Parse(first.Header("X-RateLimit-Remaining")!, CultureInfo.InvariantCulture), 0, 11);
            Assert.InRange(long.Parse(first.Header("X-RateLimit-Reset")!, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 0, 3);
            var refused = first;
            for (var asked = 0; asked < 5_000 && refused.Status != 429; asked++)
                refused = (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => other.Lobstr("GET", "/v1/runs")))).MaxBy(said => said.Status)!;
            Assert.Equal((429, "rate_limit_error", "0"), (refused.Status, refused.Json.GetProperty("error").GetProperty("type").GetString(), refused.Header("X-RateLimit-Remaining")));
            Assert.Equal("1", refused.Header("Retry-After"));
            var stop = await other.Lobstr("POST", "/v1/runs/nobodys/abort");
            Assert.Equal((404, "30", "29"), (stop.Status, stop.Header("X-RateLimit-Limit"), stop.Header("X-RateLimit-Remaining")));
        }
        Assert.Null((await server.Lobstr("GET", "/v1/runs")).Header("X-RateLimit-Limit"));
    }

    [Fact]
    public void What_is_left_of_a_bucket_is_looked_at_without_taking()
    {
        var bucket = new Bucket(20, TimeSpan.TicksPerSecond);
        Assert.Equal((20, TimeSpan.Zero), bucket.Look(0));
        for (var i = 0; i < 5; i++)
            Assert.True(bucket.TryTake(0, out _));
        Assert.Equal((15, TimeSpan.FromMilliseconds(250)), bucket.Look(0));
        Assert.Equal((17, TimeSpan.FromMilliseconds(150)), bucket.Look(TimeSpan.TicksPerSecond / 10));
        while (bucket.TryTake(0, out _)) { }
        Assert.Equal((0, TimeSpan.FromSeconds(1)), bucket.Look(0));
    }

    [Fact]
    public async Task Refusals_can_be_set_to_be_written_as_client_libraries_read_them()
    {
        var other = new TestServer { Adjust = LobstrAbortTests.Set("errors", "errors") };
        await other.InitializeAsync();
        await using (other)
        {
            Assert.Equal(
                """{"errors":{"message":"Run not found or already completed","type":"RunDoesNotExist","code":404}}""", (await other.Lobstr("POST", "/v1/runs/nobodys/abort")).Raw);
            Assert.Equal("NotAuthenticated", (await other.Lobstr("GET", "/v1/runs", key: "")).Json.GetProperty("errors").GetProperty("type").GetString());
            Assert.Equal(["errors"], await Refused(other));
            Assert.Equal(["error"], await Refused(server));
        }
    }

    /// <summary>What its document says of the body of a refusal.</summary>
    static async Task<IEnumerable<string>> Refused(TestServer of) =>
        (await Document(of)).GetProperty("paths").GetProperty("/lobstr/v1/runs/{run_hash}/abort").GetProperty("post").GetProperty("responses").GetProperty("default")
            .GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(field => field.Name);

    [Theory]
    [InlineData("/runs", "squid", "minLength", "1")]
    [InlineData("/runs", "squid", "maxLength", "200")]
    [InlineData("/squids", "crawler", "minLength", "1")]
    [InlineData("/squids", "crawler", "maxLength", "100")]
    [InlineData("/squids", "name", "minLength", "1")]
    [InlineData("/squids", "name", "maxLength", "200")]
    [InlineData("/squids/{squid_hash}", "name", "maxLength", "200")]
    [InlineData("/squids/{squid_hash}", "concurrency", "minimum", "1")]
    [InlineData("/squids/{squid_hash}", "concurrency", "maximum", "20")]
    [InlineData("/squids/{squid_hash}", "cron_expression", "maxLength", "0")]
    [InlineData("/squids/{squid_hash}", "params", "type", "[\"null\",\"object\"]")]
    [InlineData("/squids/{squid_hash}/empty", "type", "enum", "[\"url\",\"params\"]")]
    [InlineData("/tasks", "squid", "maxLength", "200")]
    [InlineData("/tasks", "tasks", "minItems", "1")]
    [InlineData("/tasks", "tasks", "maxItems", "10000")]
    public async Task Its_document_says_how_long_and_how_large_what_is_sent_may_be(string path, string field, string word, string bound)
    {
        var body = (await ApiDocument.Read(server, "lobstr")).Single(one => one.ToString() == "POST /lobstr/v1" + path).Body!.Value;
        Assert.Equal(bound, JsonSerializer.Serialize(body.GetProperty("properties").GetProperty(field).GetProperty(word)));
        Assert.Equal(path is not "/squids/{squid_hash}", body.TryGetProperty("required", out _));
    }

    [Fact]
    public async Task Its_document_says_of_pages_what_is_taken()
    {
        var asked = (await Document(server)).GetProperty("paths").GetProperty("/lobstr/v1/runs").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("schema"));
        foreach (var (name, most) in new[] { ("page", 1_000_000), ("limit", int.MaxValue), ("page_size", int.MaxValue) })
        {
            Assert.Equal((1, most), (asked[name].GetProperty("minimum").GetInt32(), asked[name].GetProperty("maximum").GetInt32()));
            foreach (var (value, status) in new[] { (most, 200), (0, 400), (most + 1L, 400) })
                Assert.Equal(status, (await server.Lobstr("GET", $"/v1/runs?{name}={value}")).Status);
        }
    }

    static async Task<JsonElement> Document(TestServer of) => JsonElement.Parse(await of.Http.GetByteArrayAsync(new Uri("/openapi/lobstr.json", UriKind.Relative), Cancel));

    [Fact]
    public async Task A_single_run_can_be_set_to_be_read_with_its_duration_as_a_text()
    {
        var other = new TestServer { Adjust = LobstrAbortTests.Set("run-duration", "timedelta") };
        await other.InitializeAsync();
        await using (other)
        {
            var hash = await other.Begin("hold", """{"url":"a"}""");
            var aborted = (await other.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
            var seconds = aborted.Json.GetProperty("duration").GetDecimal();
            var read = (await other.Lobstr("GET", $"/v1/runs/{hash}")).Ok();
            Assert.Equal([.. LobstrAbortTests.Fields, "email_verification"], read.Json.EnumerateObject().Select(field => field.Name));
            Assert.Matches(@"^\d+:\d\d:\d\d(\.\d{6})?$", read.Text("duration")!);
            Assert.Equal((double)seconds, TimeSpan.Parse(read.Text("duration")!, CultureInfo.InvariantCulture).TotalSeconds, 6);
        }
    }

    [Theory]
    [InlineData("lobstr.nothing", "200", "there is no setting 'lobstr.nothing' of a dialect; known are ")]
    [InlineData("lobstr.abort-ended", "500", "the setting lobstr.abort-ended of a dialect cannot be '500'; it is one of 404, 200")]
    public void What_cannot_be_set_is_said_at_the_start(string name, string word, string fault) => Assert.StartsWith(
        fault, Assert.Single(new ReinServerOptions { Dialects = new() { Settings = new Dictionary<string, string> { [name] = word } } }.Faults()), StringComparison.Ordinal);

    [Fact]
    public async Task Its_document_is_generated_and_says_of_every_operation_what_it_is_and_how_it_is_refused()
    {
        var document = await Document(server);
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject(), (path, method) => (Route: $"{method.Name.ToUpperInvariant()} {path.Name}", method.Value)).ToList();
        Assert.Equal(s_routes.Keys.Select(route => route.Replace(" ", " /lobstr/v1", StringComparison.Ordinal)).Order(StringComparer.Ordinal), operations.Select(one => one.Route).Order(StringComparer.Ordinal));
        Assert.All(operations, one => Assert.True(one.Value.GetProperty("summary").GetString()!.Length > 10, one.Route));
        Assert.Equal(operations.Count, operations.Select(one => one.Value.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.All(operations, one => Assert.Equal(1, one.Value.GetProperty("security").GetArrayLength()));
        var run = document.GetProperty("components").GetProperty("schemas").GetProperty("RunDocument").GetProperty("properties");
        Assert.Equal([.. LobstrAbortTests.Fields, "email_verification"], run.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("boolean", "date-time"), (run.GetProperty("is_done").GetProperty("type").GetString(), run.GetProperty("ended_at").GetProperty("format").GetString()));
        JsonElement Named(string name) => operations.Single(one => one.Value.GetProperty("operationId").GetString() == name).Value;
        Assert.EndsWith(
            "/DetailDocument",
            Named("readCredits").GetProperty("responses").GetProperty("404").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString(), StringComparison.Ordinal);
        Assert.Equal("Needs a key that may read; or none at all, and what opens this alone: its parameters say what that is.", Named("readFile").GetProperty("description").GetString());
        var native = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancel));
        Assert.DoesNotContain(native.GetProperty("paths").EnumerateObject(), path => path.Name.Contains("lobstr", StringComparison.Ordinal));
    }
}
