using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The stop of B3OS as its document shows it: the whole answer, and what it does to a run in every state.</summary>
public sealed class B3osCancelTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>Those of the document, in its order.</summary>
    internal static readonly string[] Fields =
    [
        "executionState", "finishedAt", "id", "isDustTest", "isSimulation", "organizationId", "propValues", "simulationForks", "simulationMode", "sourceRunId", "startedAt", "status",
        "totalCu", "triggerSource", "triggeredBy", "workflowDefinition", "workflowId", "workflowVersion",
    ];

    const string Definition = """
        { "nodes": {
            "root": { "type": "manual", "payload": {}, "children": ["say", "greet"] },
            "say": { "type": "log", "payload": { "message": "{{root.result.name}} is here" }, "children": [] },
            "greet": { "type": "noop", "payload": { "words": "hello {{root.result.name}}" }, "children": ["work"] },
            "work": { "type": "collect", "children": ["never"] },
            "never": { "type": "noop" },
            "island": { "type": "noop" } },
          "inputSchema": [ { "key": "name", "type": "string", "required": true, "description": "who" } ] }
        """;

    [Fact]
    public async Task The_documented_request_is_answered_with_the_whole_run_as_it_was_recorded()
    {
        var workflow = (await server.Ask("POST", "/b3os/v1/workflows", """{"name":"Greetings, all","propValues":{"chain":8453},"definition":""" + Definition + "}")).Text("id");
        var id = (await server.Ask("POST", $"/b3os/v1/workflows/{workflow}/run", """{"payload":{"name":"Ada"}}""")).Text("runId");
        var run = Guid.ParseExact(id["run_".Length..], "N");
        await server.Client.UntilAssigned(run, "work");
        while ((await server.Client.ReadItems(run, cancel: Cancel)).Items.Count < 3) { }

        var said = await server.Ask("POST", $"/b3os/v1/runs/{id}/cancel");

        Assert.Equal(200, said.Status);
        Assert.Equal(["code", "data", "message", "requestId"], said.Json.EnumerateObject().Select(field => field.Name));
        Assert.True(Guid.TryParse(said.Json.GetProperty("requestId").GetString(), out _));
        Assert.Equal(Fields, said.Data.EnumerateObject().Select(field => field.Name));
        var recorded = await server.Client.ReadRun(run, cancel: Cancel);
        AssertSame(await Expected(recorded, workflow), said.Json);

        Assert.Equal(("stopped", "manual", 3, 2), (recorded.State, recorded.Cause, recorded.Items, recorded.Steps!.Count(step => step.State == "succeeded")));
        var receipt = await server.Client.ReadReceipt(run, Cancel);
        Assert.Equal(("now", 10, "manual", receipt.FencedAt), (receipt.Fence, receipt.GraceSeconds, receipt.Origin, receipt.EndedAt));
        AssertSame(JsonNode.Parse(said.Data.GetRawText())!, (await server.Ask("GET", $"/b3os/v1/runs/{id}")).Data);
    }

    /// <summary>Everything that is expected is taken from what the server itself tells of the run elsewhere.</summary>
    async Task<JsonNode> Expected(RunDocument run, string workflow)
    {
        var steps = run.Steps!.ToDictionary(step => step.Id);
        var events = await server.Client.ReadEvents(run.Id, cancel: Cancel);
        var spoke = events.Events.First(row => row.Lines.Any(line => line is { Kind: "step_ended", Step: "say" })).At;
        var saved = await server.Client.ReadWorkflow(run.Workflow!, cancel: Cancel);
        var organization = (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;
        Assert.Equal(workflow, $"wf_{saved.Id:N}");
        return JsonNode.Parse($$"""
            { "code": 200, "message": "success", "data": {
                "executionState": {
                  "greet": { "type": "noop", "status": "success", "input": { "words": "hello Ada" }, "result": { "words": "hello Ada" },
                             "startedAt": "{{Time(steps["greet"].Attempt!.AssignedAt)}}", "finishedAt": "{{Time(steps["greet"].Attempt!.EndedAt)}}" },
                  "root": { "type": "manual", "status": "success", "input": {}, "result": { "name": "Ada" },
                            "startedAt": "{{Time(run.CreatedAt)}}", "finishedAt": "{{Time(run.CreatedAt)}}" },
                  "say": { "type": "log", "status": "success", "input": { "message": "Ada is here" },
                           "startedAt": "{{Time(spoke)}}", "finishedAt": "{{Time(spoke)}}" },
                  "work": { "type": "collect", "status": "cancelled", "input": {},
                            "startedAt": "{{Time(steps["work"].Attempt!.AssignedAt)}}", "finishedAt": "{{Time(run.EndedAt)}}" } },
                "finishedAt": "{{Time(run.EndedAt)}}", "id": "run_{{run.Id:N}}", "isDustTest": false, "isSimulation": false, "organizationId": "org_{{organization:N}}",
                "propValues": { "chain": 8453 }, "simulationForks": [], "simulationMode": "", "sourceRunId": "", "startedAt": "{{Time(run.CreatedAt)}}", "status": "cancelled",
                "totalCu": {{run.Usage.Credits.ToString(provider: null)}}, "triggerSource": "manual", "triggeredBy": "key:admin",
                "workflowDefinition": { "blockExpansions": {},
                  "inputSchema": [ { "description": "who", "key": "name", "required": true, "type": "string" } ],
                  "nodes": {
                    "greet": { "children": ["work"], "payload": { "words": "hello {{"{{root.result.name}}"}}" }, "type": "noop" },
                    "island": { "type": "noop", "payload": {}, "children": [] },
                    "never": { "type": "noop", "payload": {}, "children": [] },
                    "root": { "children": ["say", "greet"], "payload": {}, "type": "manual" },
                    "say": { "children": [], "payload": { "message": "{{"{{root.result.name}}"}} is here" }, "type": "log" },
                    "work": { "children": ["never"], "type": "collect", "payload": {} } } },
                "workflowId": "{{workflow}}", "workflowVersion": 1 } }
            """)!;
    }

    static void AssertSame(JsonNode expected, JsonElement actual)
    {
        var said = JsonNode.Parse(actual.GetRawText())!;
        said.AsObject().Remove("requestId");
        Assert.True(JsonNode.DeepEquals(expected, said), $"expected {expected}\n\nbut it was {said}");
    }

    static string Time(DateTimeOffset? time) => time!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", provider: null);

    [Fact]
    public async Task A_queued_run_reads_as_running_and_is_cancelled_without_having_used_anything()
    {
        await server.Client.PutLimit("shut", 0, Cancel);
        var run = await server.Client.StartInline(new() { Definition = Graph("hold"), LimitKey = "shut" }, cancel: Cancel);
        Assert.Equal("running", (await server.Ask("GET", $"/b3os/v1/runs/{Id(run)}")).Text("status"));
        var said = await Stop(run);
        Assert.Equal((200, "cancelled", 0m), (said.Status, said.Text("status"), said.Data.GetProperty("totalCu").GetDecimal()));
        Assert.Equal("cancelled", said.Data.GetProperty("executionState").GetProperty("root").GetProperty("status").GetString());
        Assert.Equal("never_started", (await server.Client.ReadReceipt(run.Id, Cancel)).Verdict);
    }

    [Fact]
    public async Task A_waiting_run_and_a_paused_one_are_cancelled()
    {
        var waiting = await server.Client.StartInline(new() { Definition = Graph("delay", """, "payload": { "delayMs": 600000 }""") }, cancel: Cancel);
        var paused = await server.StartAndBegin("hold");
        await server.Client.Pause(paused.Id, cancel: Cancel);
        Assert.Equal("waiting", (await server.Ask("GET", $"/b3os/v1/runs/{Id(waiting)}")).Text("status"));
        foreach (var run in new[] { waiting, paused })
        {
            var said = await Stop(run);
            Assert.Equal((200, "cancelled", "cancelled"), (said.Status, said.Text("status"), said.Data.GetProperty("executionState").GetProperty("work").GetProperty("status").GetString()));
        }
    }

    [Fact]
    public async Task A_run_that_does_not_hear_its_stop_is_cancelled_in_the_answer_all_the_same()
    {
        var run = await server.StartAndBegin("deaf");
        var said = await Stop(run);
        Assert.Equal((200, "cancelled"), (said.Status, said.Text("status")));
        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Equal(("fenced", 1, 10), (receipt.Verdict, receipt.Unproved, receipt.GraceSeconds));
    }

    [Fact]
    public async Task A_run_that_is_stopping_already_is_running_and_ends_with_the_answer()
    {
        var run = await server.StartAndBegin("deaf");
        await server.Client.Stop(run.Id, new() { GraceSeconds = 60 }, cancel: Cancel);
        Assert.Equal("running", (await server.Ask("GET", $"/b3os/v1/runs/{Id(run)}")).Text("status"));
        var said = await Stop(run);
        Assert.Equal((200, "cancelled"), (said.Status, said.Text("status")));
        Assert.Equal(["asked", "escalated"], (await server.Client.ReadReceipt(run.Id, Cancel)).Requests.Select(request => request.Answer));
    }

    [Theory]
    [InlineData("noop", "success")]
    [InlineData("leak", "failure")]
    [InlineData("hold", "cancelled")]
    public async Task A_run_that_has_ended_is_a_conflict_and_stays_as_it_was(string kind, string status)
    {
        var run = await server.Client.StartInline(new() { Definition = Graph(kind, """, "payload": { "text": "xx", "fails": true }""") }, cancel: Cancel);
        if (kind is "hold")
            Assert.Equal(200, (await Stop(run)).Status);
        var before = await server.Client.Until(run.Id, now => now.EndedAt is not null);

        var said = await Stop(run);

        Assert.Equal((409, 409), (said.Status, said.Code));
        Assert.Contains($"neither running nor waiting: {status}", said.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(["code", "message", "details", "requestId"], said.Json.EnumerateObject().Select(field => field.Name));
        var after = await server.Ask("GET", $"/b3os/v1/runs/{Id(run)}");
        Assert.Equal((status, Time(before.EndedAt)), (after.Text("status"), after.Text("finishedAt")));
    }

    [Fact]
    public async Task An_unknown_id_a_malformed_one_and_a_foreign_one_are_answered_alike()
    {
        using var foreign = await server.ConnectForeign();
        var theirs = await foreign.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        var own = await server.StartAndBegin("hold");
        foreach (var id in new[] { "run_0199c0de00007000800000000000dead", "string", "run_", Id(theirs), theirs.Id.ToString(), $"run_{{{own.Id}}}" })
        {
            var said = await server.Ask("POST", $"/b3os/v1/runs/{id}/cancel");
            Assert.Equal((404, 404, $"There is no run '{id}'."), (said.Status, said.Code, said.Json.GetProperty("message").GetString()));
        }
        Assert.Null((await foreign.ReadRun(theirs.Id, cancel: Cancel)).EndedAt);
        Assert.Equal(200, (await Stop(own)).Status);
    }

    [Theory]
    [InlineData("{}", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("not json", "text/plain")]
    [InlineData("""{"unknown":1}""", "application/x-www-form-urlencoded")]
    public async Task Whatever_a_client_sends_along_is_not_read(string body, string type)
    {
        var run = await server.StartAndBegin("hold");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/b3os/v1/runs/{Id(run)}/cancel?unknown=1") { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {server.Key}");
        request.Content.Headers.ContentType = new(type);
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
    }

    /// <summary>The completion is the word that lets the run go on to its end. Stops pass what waits beside them: in some rounds it is let ahead, or it would seldom win.</summary>
    [Fact]
    public async Task Of_two_stops_and_a_completion_at_once_one_has_decided_and_everybody_is_told_the_same()
    {
        var winners = new HashSet<string>();
        for (var round = 0; round < 24; round++)
        {
            var run = await server.Client.StartInline(new() { Definition = Graph("wait") }, cancel: Cancel);
            var resumed = round % 2 == 0 ? Resume(run) : null;
            if (round % 4 == 0)
                await resumed!;
            var stops = new[] { Stop(run), Stop(run) };
            resumed ??= Resume(run);
            var (first, second) = (await stops[0], await stops[1]);
            var word = (await resumed).Text("action");

            var told = new[] { first, second }.Where(said => said.Status == 200).ToList();
            Assert.All(new[] { first, second }.Except(told), said => Assert.Equal(409, said.Status));
            Assert.Equal(word is "resumed" ? 0 : 1, told.Count);
            var now = (await server.Ask("GET", $"/b3os/v1/runs/{Id(run)}")).Data;
            Assert.Equal(word is "resumed" ? "success" : "cancelled", now.GetProperty("status").GetString());
            if (told is [var stopped])
                AssertSame(JsonNode.Parse(stopped.Data.GetRawText())!, now);
            winners.Add(word);
        }
        Assert.Equal(2, winners.Count);
    }

    [Fact]
    public async Task A_run_of_which_something_is_damaged_is_cancelled_and_shown_without_it()
    {
        var other = new TestServer();
        await other.InitializeAsync();
        await using (other)
        {
            var id = (await other.Ask("POST", "/b3os/v1/runs", """{"payload":{"name":"Ada"},"definition":""" + Definition + "}")).Text("runId");
            await other.Client.UntilAssigned(Guid.ParseExact(id["run_".Length..], "N"), "work");
            var deep = new string('[', 100) + new string(']', 100);
            await other.BreakStore($"DROP TRIGGER steps_stay_ended; UPDATE steps SET result = '{deep}' WHERE id = 'greet'; UPDATE extras SET json = '{{'");

            var said = await other.Ask("POST", $"/b3os/v1/runs/{id}/cancel");

            Assert.Equal((200, "cancelled", "key:admin"), (said.Status, said.Text("status"), said.Text("triggeredBy")));
            var greet = said.Data.GetProperty("executionState").GetProperty("greet");
            Assert.Equal(("success", false), (greet.GetProperty("status").GetString(), greet.TryGetProperty("result", out _)));
        }
    }

    [Fact]
    public async Task A_stop_whose_rows_cannot_be_read_back_is_told_as_it_was_committed()
    {
        var other = new TestServer();
        await other.InitializeAsync();
        await using (other)
        {
            var run = await other.StartAndBegin("hold");
            await other.BreakStore("ALTER TABLE extras RENAME TO lost");
            var said = await other.Ask("POST", $"/b3os/v1/runs/{Id(run)}/cancel");
            Assert.Equal((200, Id(run), "cancelled"), (said.Status, said.Text("id"), said.Text("status")));
            Assert.Equal(Fields, said.Data.EnumerateObject().Select(field => field.Name));
            Assert.Equal("cancelled", said.Data.GetProperty("executionState").GetProperty("work").GetProperty("status").GetString());
            Assert.Equal(Time((await other.Client.ReadRun(run.Id, cancel: Cancel)).EndedAt), said.Text("finishedAt"));
        }
    }

    [Fact]
    public async Task The_grace_is_a_setting()
    {
        var other = new TestServer { Adjust = options => options with { Dialects = new() { Graces = new Dictionary<string, TimeSpan> { ["b3os"] = TimeSpan.FromSeconds(3) } } } };
        await other.InitializeAsync();
        await using (other)
        {
            var run = await other.StartAndBegin("hold");
            Assert.Equal(200, (await other.Ask("POST", $"/b3os/v1/runs/{Id(run)}/cancel")).Status);
            Assert.Equal(3, (await other.Client.ReadReceipt(run.Id, Cancel)).GraceSeconds);
        }
    }

    Task<Said> Resume(RunDocument run) => server.Ask("POST", $"/b3os/v1/runs/{Id(run)}/nodes/work/resume", "{}");

    Task<Said> Stop(RunDocument run) => server.Ask("POST", $"/b3os/v1/runs/{Id(run)}/cancel");

    static string Id(RunDocument run) => $"run_{run.Id:N}";
}
