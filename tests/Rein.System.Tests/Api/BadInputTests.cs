using System.Globalization;
using System.Net;
using System.Text;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class BadInputTests(TestServer server) : IClassFixture<TestServer>
{
    const string Run = "0199aaaa-0000-7000-8000-000000000000";

    [Theory]
    [InlineData("GET", "/nowhere", null, ProblemCodes.RouteNotFound)]
    [InlineData("GET", "/v1/run", null, ProblemCodes.RouteNotFound)]
    [InlineData("PATCH", "/v1/runs", null, ProblemCodes.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/runs/" + Run, null, ProblemCodes.MethodNotAllowed)]
    [InlineData("GET", "/v1/runs/" + Run, null, ProblemCodes.RunNotFound)]
    [InlineData("GET", "/v1/runs/not-an-id", null, ProblemCodes.RunNotFound)]
    [InlineData("GET", "/v1/runs/not-an-id/events", null, ProblemCodes.RunNotFound)]
    [InlineData("GET", "/v1/runs/" + Run + "/stop", null, ProblemCodes.RunNotFound)]
    [InlineData("POST", "/v1/runs/not-an-id/stop", null, ProblemCodes.RunNotFound)]
    [InlineData("POST", "/v1/runs/" + Run + "/pause", null, ProblemCodes.RunNotFound)]
    [InlineData("POST", "/v1/workflows/unsaved/runs", "{}", ProblemCodes.WorkflowNotFound)]
    [InlineData("GET", "/v1/workflows/unsaved", null, ProblemCodes.WorkflowNotFound)]
    [InlineData("GET", "/v1/workflows/known?version=99", null, ProblemCodes.WorkflowNotFound)]
    [InlineData("GET", "/v1/workflows/known?version=0", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/limits/unset", null, ProblemCodes.LimitNotFound)]
    [InlineData("DELETE", "/v1/keys/not-an-id", null, ProblemCodes.KeyNotFound)]
    [InlineData("GET", "/v1/runs?statee=queued", null, ProblemCodes.UnknownParameter)]
    [InlineData("GET", "/v1/runs?state=dead", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs?state=queued,dead", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs?stopping=yes", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs?label=none", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs?limit=0", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs?limit=501", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs?cursor=!", null, ProblemCodes.BadCursor)]
    [InlineData("GET", "/v1/runs?cursor=bm8", null, ProblemCodes.BadCursor)]
    [InlineData("GET", "/v1/runs/" + Run + "/items?cursor=bm8", null, ProblemCodes.BadCursor)]
    [InlineData("GET", "/v1/runs/" + Run + "/export?format=xml", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs/not-an-id/export", null, ProblemCodes.RunNotFound)]
    [InlineData("POST", "/v1/runs/" + Run + "/export", null, ProblemCodes.RunNotFound)]
    [InlineData("GET", "/v1/runs/" + Run + "/items?format=xml", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs/" + Run + "?wait=61s", null, ProblemCodes.BadParameter)]
    [InlineData("GET", "/v1/runs/" + Run + "?wait=soon", null, ProblemCodes.BadParameter)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop?wait=-1s", null, ProblemCodes.BadParameter)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop?force=true", null, ProblemCodes.UnknownParameter)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", "{", ProblemCodes.MalformedJson)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", "[]", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", """{"graceSeconds":-1}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", """{"graceSeconds":3601}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", """{"graceSeconds":"10"}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", """{"force":"yes"}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", """{"reason":"a","reason":"b"}""", ProblemCodes.MalformedJson)]
    [InlineData("POST", "/v1/runs/" + Run + "/stop", """{"reason":"\ud800"}""", ProblemCodes.MalformedJson)]
    [InlineData("POST", "/v1/runs/" + Run + "/resume", """{"reason":"x"}""", ProblemCodes.UnknownField)]
    [InlineData("POST", "/v1/runs/" + Run + "/retry", """{"from":"middle"}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs/" + Run + "/retry", null, ProblemCodes.RunNotFound)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budgett":10}""", ProblemCodes.UnknownField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":0}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":-1}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":NaN}""", ProblemCodes.MalformedJson)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":"NaN"}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":1e400}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":1000000000.5}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"budget":0.0000001}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"definition":{}}""", ProblemCodes.UnknownField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"labels":{"a":1}}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"labels":["a"]}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"labels":{"rein:drill":"default"}}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"priority":1.5}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"priority":1001}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"onConflict":"wait"}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"deadlineSeconds":0}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"deadlineSeconds":1e99}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"limitKey":""}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs", """{"input":[]}""", ProblemCodes.InvalidInput)]
    [InlineData("POST", "/v1/workflows/known/runs:batch", """{"runs":[]}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs:batch", """{"runs":[1]}""", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/workflows/known/runs:batch", null, ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs", null, ProblemCodes.BadField)]
    [InlineData("POST", "/v1/runs", """{"definition":"x"}""", ProblemCodes.InvalidDefinition)]
    [InlineData("PUT", "/v1/workflows/known", "{}", ProblemCodes.BadField)]
    [InlineData("PUT", "/v1/workflows/known", """{"definition":{"nodes":{"root":{"type":"manual"}}},"maxRunning":-1}""", ProblemCodes.BadField)]
    [InlineData("PUT", "/v1/workflows/bad%20name", "{}", ProblemCodes.BadName)]
    [InlineData("PUT", "/v1/limits/x", "{}", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/keys", "{}", ProblemCodes.BadField)]
    [InlineData("POST", "/v1/keys", """{"name":"x","scopes":["all"]}""", ProblemCodes.BadField)]
    public async Task A_bad_request_is_a_problem_with_its_code(string method, string path, string? body, string code)
    {
        await server.Client.SaveWorkflow("known", Graph("hold"), cancel: Cancel);
        var problem = await Refused.With(code, await server.Send(new(method), path, body));
        Assert.Equal("urn:rein:problem:" + code, problem.Type);
        Assert.NotEmpty(problem.Title);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/steps")]
    [InlineData("GET", "/stop")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/logs")]
    [InlineData("GET", "/items")]
    [InlineData("POST", "/stop")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    public async Task An_unknown_run_is_answered_by_the_text_that_was_asked_for(string method, string of)
    {
        async Task<string?> Detail(string id) => (await Refused.With(ProblemCodes.RunNotFound, await server.Send(new(method), $"/v1/runs/{id}{of}"))).Detail;

        Assert.Equal($"There is no run '{Run}'.", await Detail(Run));
        Assert.Equal("There is no run 'not-an-id'.", await Detail("not-an-id"));
        Assert.Equal("There is no run 'a\uFFFD[31mb\uFFFD'.", await Detail("a%1B%5B31mb%E2%80%AE"));
        Assert.Equal($"There is no run '{new string('x', 64)}…'.", await Detail(new string('x', 5000)));
    }

    [Fact]
    public async Task Malformed_JSON_is_told_where_it_breaks_off()
    {
        var problem = await Refused.With(ProblemCodes.MalformedJson, await server.Send(HttpMethod.Post, "/v1/runs", "{\n  \"input\": {,}\n}"));
        Assert.Contains("line 2, byte 13", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_field_is_told_with_those_that_are_known()
    {
        var problem = await Refused.With(ProblemCodes.UnknownField, await server.Send(HttpMethod.Post, $"/v1/runs/{Run}/stop", """{"grace":5,"why":"x"}"""));
        Assert.Equal(["/grace", "/why"], problem.Errors!.Select(error => error.Path));
        Assert.Contains("graceSeconds", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_is_not_taken_is_told_with_those_that_are()
    {
        var response = await server.Send(HttpMethod.Put, "/v1/runs");
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Order());
        var problem = await Refused.With(ProblemCodes.MethodNotAllowed, response);
        Assert.Contains("GET", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_that_is_not_said_to_be_JSON_is_refused(string type) =>
        await Refused.With(ProblemCodes.UnsupportedMediaType, await server.Send(
            HttpMethod.Post, $"/v1/runs/{Run}/stop", "{}", request => request.Content!.Headers.ContentType = new(type)));

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused() =>
        await Refused.With(ProblemCodes.MalformedJson, await server.Send(HttpMethod.Post, $"/v1/runs/{Run}/stop", change: request =>
        {
            request.Content = new ByteArrayContent([(byte)'"', 0xC3, (byte)'"']);
            request.Content.Headers.ContentType = new("application/json");
        }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_refused_whether_or_not_it_says_so(bool says)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"reason\":\"{new string('x', 70_000)}\"}}");
        await Refused.With(ProblemCodes.BodyTooLarge, await server.Send(HttpMethod.Post, $"/v1/runs/{Run}/stop", change: request =>
        {
            request.Content = new StreamContent(new MemoryStream(body));
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TransferEncodingChunked = !says;
            if (says)
                request.Content.Headers.ContentLength = body.Length;
        }));
    }

    [Fact]
    public async Task The_description_of_the_API_names_every_address()
    {
        var response = await server.Http.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        foreach (var path in new[] { "/v1/workflows/{name}/runs:batch", "/v1/runs/{run}/stop", "/v1/runs/{run}/events", "graceSeconds", "deadlineSeconds" })
            Assert.Contains(path, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_nesting_is_refused_and_not_followed()
    {
        var deep = string.Create(CultureInfo.InvariantCulture, $"{{\"reason\":{new string('[', 5000)}{new string(']', 5000)}}}");
        await Refused.With(ProblemCodes.MalformedJson, await server.Send(HttpMethod.Post, $"/v1/runs/{Run}/stop", deep));
    }
}
