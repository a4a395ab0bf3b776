using System.Text.Json;
using Rein.System.Tests.Api.Document;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Api.Document.Manner;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>As <see cref="MalformedRequestTests"/>, over the documents of the dialects: each refuses in its own shape, and nothing is changed.</summary>
public sealed class MalformedDialectTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    const int Requests = 600;
    const int Odd = 300;

    static readonly string[] s_names = ["axiom", "b3os", "lobstr", "xpander"];

    [Fact]
    public void Every_dialect_is_tried() => Assert.Equal(Rein.Server.Dialects.DialectOptions.Names.Order(StringComparer.Ordinal), s_names);

    [Fact]
    public async Task Whatever_is_malformed_is_refused_in_the_dialect_and_changes_nothing()
    {
        var live = await Things.Make(server, """{ "nodes": { "root": { "type": "manual", "children": ["ask", "work"] }, "ask": { "type": "approval", "payload": { "message": "go?" } }, "work": { "type": "hold" } } }""", "hold");
        await server.Client.UntilAssigned(live.Run, "work");
        foreach (var name in s_names)
            await new MalformedTrial(server, Of(name, live), output).Run(Requests);
        // What may be taken too is sent to what is over at once.
        var over = await Things.Make(server, Graph("noop").GetRawText(), "noop");
        foreach (var name in s_names)
            await new MalformedTrial(server, Of(name, over), output).RunOdd(Odd);
    }

    static Manner Of(string name, Things things) => name switch
    {
        "axiom" => new(name, (request, key) => request.Headers.TryAddWithoutValidation("X-API-KEY", key), Axiom)
        {
            IsLenient = true,
            KeyField = "key",
            Sound = operation => operation.Path switch
            {
                "/axiom/api/v3/stop" => $$"""{"pid":"{{things.Viewed.Pid}}","pw":"nobodys"}""",
                _ => $$"""{"name":"{{things.Name}}"}""",
            },
        },
        "b3os" => new(name, (request, key) => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key), B3os)
        {
            IsLenient = true,
            PassesOver = (operation, field) => operation.Path.EndsWith("/validate", StringComparison.Ordinal),
            Existing = (operation, parameter) => parameter switch
            {
                "id" => operation.Path.Contains("/workflows/", StringComparison.Ordinal) ? $"wf_{things.Workflow:N}" : $"run_{things.Run:N}",
                "nodeId" => "ask",
                "orgId" => $"org_{things.Organization:N}",
                _ => null,
            },
            Sound = operation => operation.Path.EndsWith("/runs", StringComparison.Ordinal) || operation.Path.EndsWith("/sync", StringComparison.Ordinal)
                ? $$"""{"definition":{{Graph("noop")}}}"""
                : operation.Path.EndsWith("/workflows", StringComparison.Ordinal) || operation.Path.EndsWith("/validate", StringComparison.Ordinal) ? $$"""{"name":"another","definition":{{Graph("noop")}}}""" : "{}",
        },
        "lobstr" => new(name, (request, key) => request.Headers.TryAddWithoutValidation("Authorization", "Token " + key), Lobstr)
        {
            IsLenient = true,
            Existing = (_, parameter) => parameter switch
            {
                "run_hash" => things.Run.ToString("N"),
                "squid_hash" => things.Squid,
                "task_hash" => things.Task,
                "crawler_hash" => "hold",
                _ => null,
            },
            Sound = operation => operation.Path switch
            {
                "/lobstr/v1/squids" => """{"crawler":"noop","name":"another"}""",
                "/lobstr/v1/tasks" => $$"""{"squid":"{{things.Squid}}","tasks":[{"url":"b"}]}""",
                "/lobstr/v1/runs" => $$"""{"squid":"{{things.Squid}}"}""",
                "/lobstr/v1/squids/{squid_hash}/empty" => """{"type":"url"}""",
                _ => """{"name":"another"}""",
            },
        },
        _ => new(name, (request, key) => request.Headers.TryAddWithoutValidation("x-api-key", key), Xpander)
        {
            IsLenient = true,
            PassesOver = (operation, field) => operation.Path.EndsWith("/update", StringComparison.Ordinal),
            Opens = operation => operation.Path.Contains("/events", StringComparison.Ordinal),
            Existing = (_, parameter) => parameter switch
            {
                "taskId" => things.Run.ToString(),
                "agentId" => things.Workflow.ToString(),
                "organization" => things.Organization.ToString(),
                _ => null,
            },
            Sound = operation => operation.Path.Contains("invoke", StringComparison.Ordinal) || operation.Path == "/xpander/agent-execution/{agentId}" ? """{"input":{"text":"go"}}"""
                : operation.Path == "/xpander/v1/agents" ? """{"name":"another"}""" : "{}",
        },
    };

    /// <summary>Its viewer is a page, whatever it has to say.</summary>
    static async Task<string?> Axiom(HttpResponseMessage response) =>
        response.RequestMessage!.RequestUri!.AbsolutePath == "/axiom/viewer" && response.Content.Headers.ContentType?.MediaType == "text/html"
            ? null
            : await Shape(response, body => ShapeOf(body, "status message", "status", "message"));

    static Task<string?> B3os(HttpResponseMessage response) => Shape(response, body => ShapeOf(body, "code message details requestId", "message", "requestId"));

    /// <summary>That of the credits of a run is documented otherwise.</summary>
    static Task<string?> Lobstr(HttpResponseMessage response) => Shape(response, body => response.RequestMessage!.RequestUri!.AbsolutePath.EndsWith("/credits", StringComparison.Ordinal)
        ? null
        : ShapeOf(body, "error") ?? ShapeOf(body.GetProperty("error"), "message type param", "message", "type"));

    static Task<string?> Xpander(HttpResponseMessage response) => Shape(response, body => ShapeOf(body, "detail") ?? body.GetProperty("detail") switch
    {
        { ValueKind: JsonValueKind.Array } faults when faults.GetArrayLength() > 0 => faults.EnumerateArray().Select(fault => ShapeOf(fault, "loc msg type", "msg", "type")).FirstOrDefault(wrong => wrong is not null),
        _ => ShapeOf(body, "detail", "detail"),
    });

    static async Task<string?> Shape(HttpResponseMessage response, Func<JsonElement, string?> check) => response.Content.Headers.ContentType?.MediaType == "application/json"
        ? check(JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Cancel)))
        : "is no JSON";

    /// <summary>One of everything that a dialect can name.</summary>
    sealed record Things(string Name, Guid Workflow, Guid Organization, Guid Run, Triggered Viewed, string Squid, string Task)
    {
        public static async Task<Things> Make(TestServer server, string definition, string crawler)
        {
            var name = "w" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
            var workflow = await server.Client.SaveWorkflow(name, JsonElement.Parse(definition), cancel: Cancel);
            var viewed = await server.Trigger(name);
            var squid = await server.Squid(crawler, """{"url":"a"}""");
            var task = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Ok().Data.Single().GetProperty("id").GetString()!;
            var organization = (await server.Stores.Keys.FindOrganization("default", Cancel))!.Value;
            return new(name, workflow.Id, organization, viewed.Run, viewed, squid, task);
        }
    }
}
