using System.Net.Http.Json;
using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.System.Tests.Dialects;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api.Document;

/// <summary>Thousands of requests that are wrong in every way the document allows to think of: each is refused as a problem, and nothing is changed.</summary>
public sealed class MalformedRequestTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    const int Requests = 6_000;

    const string Asking = """{ "nodes": { "root": { "type": "manual", "children": ["ask", "work"] }, "ask": { "type": "approval", "payload": { "message": "go?" } }, "work": { "type": "hold" } } }""";

    [Fact]
    public async Task Whatever_is_malformed_is_a_problem_with_a_code_and_changes_nothing()
    {
        var things = await Things.Make(server);
        var manner = new Manner("v1", (request, key) => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key), FaultOf)
        {
            Existing = things.Find,
            Sound = operation => s_bodies.GetValueOrDefault(operation.Text("operationId")!, "{}"),
        };
        await new MalformedTrial(server, manner, output) { Beat = () => things.Beat(server.Client) }.Run(Requests);
    }

    /// <summary>Where an empty object is too little.</summary>
    static readonly Dictionary<string, string> s_bodies = new()
    {
        ["saveWorkflow"] = """{"definition":{"nodes":{"root":{"type":"manual"}}}}""",
        ["startInline"] = """{"definition":{"nodes":{"root":{"type":"manual"}}}}""",
        ["startBatch"] = """{"runs":[{}]}""",
        ["createKey"] = """{"name":"another","scopes":["read"]}""",
        ["createOrganization"] = """{"name":"another"}""",
        ["putLimit"] = """{"max":7}""",
        ["putSecret"] = """{"value":"another value"}""",
        ["putPool"] = """{"drill":{"everySeconds":60}}""",
        ["openSession"] = """{"worker":"another","kinds":["nothing"],"capacity":1}""",
        ["sendReports"] = """{"reports":[{"type":"heard","attempt":{"run":"0199c0de-0000-7000-8000-00000000dead","step":"a","fence":1}}]}""",
        ["beat"] = """{"held":[]}""",
    };

    static async Task<string?> FaultOf(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != Problem.MediaType)
            return "is no problem";
        var problem = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem, Cancel);
        return ProblemTable.All.Any(kind => kind.Code == problem!.Code && kind.Status == (int)response.StatusCode) ? null : $"with the code '{problem!.Code}'";
    }

    /// <summary>One of everything that an address can name: what is refused too late would change it.</summary>
    sealed record Things(IReadOnlyList<Guid> Runs, string Name, Guid Key, Guid Link, string Opening, Guid Session)
    {
        int asked;

        public static async Task<Things> Make(TestServer server)
        {
            var client = server.Client;
            const string name = "of-a-test";
            await client.SaveWorkflow(name, JsonElement.Parse(Asking), cancel: Cancel);
            await client.PutLimit(name, 1, Cancel);
            await client.PutSecret(name, "a value that is kept", Cancel);
            var key = (await client.CreateKey(new() { Name = name, Scopes = ["read"] }, Cancel)).Id;
            var session = (await client.OpenSession(new(name, name, ["nothing"], 1), Cancel)).Session;
            var live = await client.Start(name, new() { LimitKey = name }, cancel: Cancel);
            await client.UntilAssigned(live.Id, "work");
            var queued = await client.Start(name, new() { LimitKey = name }, cancel: Cancel);
            var ended = await server.Collected("[1]");
            var link = await client.CreateStopLink(live.Id, cancel: Cancel);
            return new([live.Id, live.Id, queued.Id, ended.Id], name, key, link.Id, new Uri(link.Url!).Segments[^1], session);
        }

        public string? Find(ApiOperation operation, string parameter) => parameter switch
        {
            "run" => Runs[asked++ % Runs.Count].ToString(),
            "step" => asked++ % 2 == 0 ? "ask" : "work",
            "key" when operation.Path.StartsWith("/v1/keys/", StringComparison.Ordinal) => Key.ToString(),
            "link" => operation.Path.StartsWith("/stop/", StringComparison.Ordinal) ? Opening : Link.ToString(),
            "session" => Session.ToString(),
            "name" or "key" or "pool" => Name,
            _ => null,
        };

        public async Task Beat(ReinClient client) => Assert.True((await client.Beat(Session, new Heartbeat([]), Cancel)).IsOpen);
    }
}
