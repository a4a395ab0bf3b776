using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The stop of xpander as its document shows it: the whole answer, by both wires, and what it does to a task in every state.</summary>
public sealed class XpanderStopTests(TestServer server) : IClassFixture<TestServer>
{
    const string Definition = """
        { "nodes": { "root": { "type": "manual", "children": ["greet"] },
            "greet": { "type": "noop", "payload": { "words": "{{root.result.text}}" }, "children": ["work"] }, "work": { "type": "collect", "children": ["never"] }, "never": { "type": "noop" } } }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_documented_request_is_answered_with_the_whole_task_as_it_was_recorded(bool bySdk)
    {
        var agent = (await server.Tell(
            "POST", $"{Rest}/agents", """{"name":"Greeter","model_provider":"openai","model_name":"gpt-x","llm_reasoning_effort":"low","definition":""" + Definition + "}")).Text("id");
        var id = (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke/async", """
            { "input": { "text": "Ada", "files": ["https://files.example/a.pdf"], "user": { "id": "u1", "email": "ada@example.org" } }, "title": "Say hello", "output_format": "markdown",
              "think_mode": "harder", "llm_model_name": "gpt-y", "payload_extension": { "a": [1] }, "user_oidc_token": "swordfish", "user_tokens": { "t": "swordfish" }, "unknown": 1 }
            """)).Text("id")!;
        var run = Guid.Parse(id);
        await server.Client.UntilAssigned(run, "work");
        while ((await server.Client.ReadItems(run, cancel: Cancel)).Items.Count < 3) { }

        var told = await server.StopTask(id, bySdk);

        Assert.Equal((200, Fields), (told.Status, told.Names));
        var recorded = await server.Client.ReadRun(run, cancel: Cancel);
        AssertSame(await Expected(recorded, agent!), told.Json);
        Assert.Equal(("stopped", "manual", 3), (recorded.State, recorded.Cause, recorded.Items));
        var receipt = await server.Client.ReadReceipt(run, Cancel);
        Assert.Equal(("now", 10, "manual", receipt.FencedAt), (receipt.Fence, receipt.GraceSeconds, receipt.Origin, receipt.EndedAt));
        AssertSame(JsonNode.Parse(told.Json.GetRawText())!, (await server.ReadTask(id)).Json);
        AssertSame(JsonNode.Parse(told.Json.GetRawText())!, (await server.Tell("GET", $"{Wire}/{id}/status")).Json);
        Assert.DoesNotContain("swordfish", (await server.Tell("GET", $"{Rest}/tasks?agent_id={agent}")).Json.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>Everything that is expected is taken from what the server itself tells of the run elsewhere.</summary>
    async Task<JsonNode> Expected(RunDocument run, string agent)
    {
        var steps = run.Steps!.ToDictionary(step => step.Id);
        var organization = (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;
        Assert.Equal(agent, (await server.Client.ReadWorkflow(run.Workflow!, cancel: Cancel)).Id.ToString());
        var session = (await server.Client.ListSessions(cancel: Cancel)).Sessions.Single(one => one.Worker == steps["work"].Attempt!.Worker).Id;
        return JsonNode.Parse($$"""
            { "id": "{{run.Id}}", "agent_id": "{{agent}}", "organization_id": "{{organization}}",
              "input": { "text": "Ada", "files": ["https://files.example/a.pdf"], "user": { "id": "u1", "email": "ada@example.org" } },
              "status": "stopped", "internal_status": "manual", "last_executed_node_id": "work", "agent_version": "1",
              "created_at": "{{Time(run.CreatedAt)}}", "started_at": "{{Time(run.StartedAt)}}", "paused_at": null, "finished_at": "{{Time(run.EndedAt)}}",
              "result": null, "parent_execution": null, "sub_executions": [], "finished_sub_executions": [], "is_manually_stopped": true, "payload_extension": { "a": [1] },
              "hitl_request": null, "pending_eca_request": null, "source": "api", "worker_id": "{{session}}", "additional_context": null, "instructions_override": null,
              "test_run_node_id": null, "expected_output": null, "output_format": "markdown", "output_schema": null, "events_streaming": false, "used_mutating_tools": false,
              "is_continuous": false, "is_orchestration": false, "mcp_servers": [], "triggering_agent_id": null, "title": "Say hello", "think_mode": "harder",
              "disable_attachment_injection": false, "voice_id": null, "deep_planning": null, "execution_attempts": 1, "user_tokens": null, "user_oidc_token": null,
              "return_metrics": false, "tokens": null, "used_tools": [], "duration": {{JsonSerializer.Serialize(run.Usage.RunSeconds)}},
              "llm_model_provider": "openai", "llm_model_name": "gpt-y", "llm_reasoning_effort": "low" }
            """)!;
    }

    static void AssertSame(JsonNode expected, JsonElement actual)
    {
        var said = JsonNode.Parse(actual.GetRawText())!;
        Assert.True(JsonNode.DeepEquals(expected, said), $"expected {expected}\n\nbut it was {said}");
    }

    static string Time(DateTimeOffset? time) => time!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", provider: null);

    [Fact]
    public async Task A_queued_task_is_pending_and_is_stopped_without_having_begun()
    {
        var agent = await server.Agent("hold", """, "payload": { "pool": "nobody-is-here" }""");
        var id = await server.Invoke(agent);
        Assert.Equal("pending", (await server.ReadTask(id)).Text("status"));
        var told = await server.StopTask(id);
        Assert.Equal((200, ("stopped", true), 0), (told.Status, told.Ended, told["duration"].GetDouble()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (told["started_at"].ValueKind, told["worker_id"].ValueKind));
        Assert.Equal("never_started", (await server.Client.ReadReceipt(Guid.Parse(id), Cancel)).Verdict);
    }

    [Fact]
    public async Task A_task_that_waits_for_somebody_and_one_that_is_paused_are_stopped()
    {
        var waiting = await server.Invoke(await server.Agent("approval", """, "payload": { "message": "may I?" }"""));
        var paused = await server.InvokeAndBegin("hold");
        await server.Client.Pause(Guid.Parse(paused), cancel: Cancel);
        var asked = await server.ReadTask(waiting);
        Assert.Equal(("paused", "work"), (asked.Text("status"), asked["hitl_request"].GetProperty("wait_node_id").GetString()));
        Assert.Equal(Time((await server.Client.ReadRun(Guid.Parse(waiting), cancel: Cancel)).CreatedAt), asked.Text("paused_at"));
        foreach (var id in new[] { waiting, paused })
        {
            var told = await server.StopTask(id);
            Assert.Equal((200, ("stopped", true), JsonValueKind.Null, JsonValueKind.Null), (told.Status, told.Ended, told["hitl_request"].ValueKind, told["paused_at"].ValueKind));
        }
    }

    [Fact]
    public async Task A_stuck_task_is_stopped_in_the_answer_and_its_receipt_says_that_nobody_has_proved_it()
    {
        var id = await server.InvokeAndBegin("deaf");
        var told = await server.StopTask(id);
        Assert.Equal((200, ("stopped", true)), (told.Status, told.Ended));
        var receipt = await server.Client.ReadReceipt(Guid.Parse(id), Cancel);
        Assert.Equal(("fenced", 1, 10), (receipt.Verdict, receipt.Unproved, receipt.GraceSeconds));
    }

    [Fact]
    public async Task A_task_that_is_stopping_already_is_executing_and_ends_with_the_answer()
    {
        var id = await server.InvokeAndBegin("deaf");
        await server.Client.Stop(Guid.Parse(id), new() { GraceSeconds = 60 }, cancel: Cancel);
        var before = await server.ReadTask(id);
        Assert.Equal(("executing", "stopping", true), (before.Text("status"), before.Text("internal_status"), before.Ended.IsManual));
        Assert.Equal(("stopped", true), (await server.StopTask(id)).Ended);
        Assert.Equal(["asked", "escalated"], (await server.Client.ReadReceipt(Guid.Parse(id), Cancel)).Requests.Select(request => request.Answer));
    }

    [Theory]
    [InlineData("noop", "completed")]
    [InlineData("leak", "failed")]
    [InlineData("hold", "stopped")]
    public async Task A_task_that_has_ended_is_answered_as_it_is_and_nothing_of_it_changes(string kind, string status)
    {
        var id = await server.Invoke(await server.Agent(kind, """, "payload": { "text": "xx", "fails": true }"""));
        if (kind is "hold")
            await server.StopTask(id);
        await server.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
        var before = await server.ReadTask(id);

        foreach (var bySdk in new[] { false, true })
        {
            var told = await server.StopTask(id, bySdk);
            Assert.Equal((200, (status, kind is "hold")), (told.Status, told.Ended));
            AssertSame(JsonNode.Parse(before.Json.GetRawText())!, told.Json);
        }
        AssertSame(JsonNode.Parse(before.Json.GetRawText())!, (await server.ReadTask(id)).Json);
    }

    [Fact]
    public async Task What_the_system_has_stopped_was_not_stopped_manually_and_a_later_stop_flips_nothing()
    {
        var name = await server.Save("hold");
        var run = await server.Client.Start(name, new() { DeadlineSeconds = 0.2 }, cancel: Cancel);
        await server.Client.Until(run.Id, now => now.EndedAt is not null);
        var before = await server.ReadTask(run.Id.ToString());

        var told = await server.StopTask(run.Id.ToString());

        Assert.Equal((("stopped", false), "deadline"), (told.Ended, told.Text("internal_status")));
        AssertSame(JsonNode.Parse(before.Json.GetRawText())!, told.Json);
        AssertSame(JsonNode.Parse(before.Json.GetRawText())!, (await server.ReadTask(run.Id.ToString())).Json);
    }

    /// <summary>The deadline has asked first, and somebody's stop ends it: he called it while it executed.</summary>
    [Fact]
    public async Task A_task_that_a_deadline_has_asked_to_stop_was_stopped_manually_where_somebody_called_it_before_the_end()
    {
        var name = await server.Save("deaf");
        var run = await server.Client.Start(name, new() { DeadlineSeconds = 0.2 }, cancel: Cancel);
        await server.Client.Until(run.Id, now => now.IsStopping);
        Assert.Equal(("executing", false), (await server.ReadTask(run.Id.ToString())).Ended);

        var told = await server.StopTask(run.Id.ToString());

        Assert.Equal((("stopped", true), "deadline"), (told.Ended, told.Text("internal_status")));
        AssertSame(JsonNode.Parse(told.Json.GetRawText())!, (await server.StopTask(run.Id.ToString(), bySdk: true)).Json);
        AssertSame(JsonNode.Parse(told.Json.GetRawText())!, (await server.ReadTask(run.Id.ToString())).Json);
    }

    [Fact]
    public async Task A_task_whose_worker_was_lost_is_an_error_and_stays_one()
    {
        using var worker = await server.ConnectWith("work");
        var agent = await server.Agent("lonely", await Lonely(worker));
        var id = await server.Invoke(agent);
        await server.Client.UntilAssigned(Guid.Parse(id), "work");
        await worker.CloseSession(session, Cancel);
        await server.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
        var told = await server.StopTask(id);
        Assert.Equal((200, ("error", false), "worker_lost"), (told.Status, told.Ended, told.Text("internal_status")));
        Assert.Equal(1, (await server.Tell("GET", $"{Rest}/agents/{agent}/tasks?status=error"))["total"].GetInt32());
        Assert.Equal(0, (await server.Tell("GET", $"{Rest}/agents/{agent}/tasks?status=failed"))["total"].GetInt32());
    }

    Guid session;
    Task reading = Task.CompletedTask;

    /// <summary>A worker that takes what it is handed, and never says a word.</summary>
    async Task<string> Lonely(ReinClient worker)
    {
        session = (await worker.OpenSession(new("lonely", "lonely", ["lonely"], 1), Cancel)).Session;
        reading = Read();
        return """, "payload": { "pool": "lonely", "maxAttempts": 1 }""";

        async Task Read()
        {
            using var response = await server.Http.SendAsync(
                new(HttpMethod.Get, $"/v1/sessions/{session}/commands") { Headers = { { "Authorization", $"Bearer {server.Key}" } } }, HttpCompletionOption.ResponseHeadersRead, Cancel);
            await response.Content.CopyToAsync(Stream.Null, Cancel);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unknown_task_is_not_found_a_malformed_id_is_invalid_and_somebody_elses_is_forbidden(bool bySdk)
    {
        using var foreign = await server.ConnectForeign();
        await foreign.SaveWorkflow("theirs", Graph("hold"), cancel: Cancel);
        var theirs = await foreign.Start("theirs", cancel: Cancel);

        var unknown = await server.StopTask("0199c0de-0000-7000-8000-00000000dead", bySdk);
        Assert.Equal((404, "There is no task 0199c0de-0000-7000-8000-00000000dead."), (unknown.Status, unknown.Detail));
        foreach (var bad in new[] { "string", "run_1", "0199c0de-0000-7000-8000-00000000dea", "%20", "{0199c0de-0000-7000-8000-00000000dead}" })
        {
            var malformed = await server.StopTask(bad, bySdk);
            Assert.Equal((422, ("path/task_id", "uuid_parsing")), (malformed.Status, malformed.Fault));
        }
        var forbidden = await server.StopTask(theirs.Id.ToString(), bySdk);
        Assert.Equal((403, "detail"), (forbidden.Status, forbidden.Names));
        Assert.Equal(401, (await server.StopTask(theirs.Id.ToString(), bySdk, key: "none")).Status);
        Assert.Equal(401, (await server.StopTask(theirs.Id.ToString(), bySdk, key: "")).Status);
        Assert.Null((await foreign.ReadRun(theirs.Id, cancel: Cancel)).EndedAt);
        Assert.Equal(403, (await server.ReadTask(theirs.Id.ToString())).Status);
    }

    /// <summary>The id of its run is another.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_of_somebody_else_under_an_id_that_he_chose_is_forbidden_too(bool bySdk)
    {
        var theirs = (await server.Client.CreateOrganization($"o{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", Cancel)).Key!.Key!;
        using var foreign = server.Connect(theirs);
        var agent = (await foreign.SaveWorkflow("theirs", Graph("hold"), cancel: Cancel)).Id;
        var id = NewId();
        Assert.Equal(id, (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke/async", $$$"""{"input":{"text":"x"},"id":"{{{id}}}"}""", theirs)).Text("id"));
        Assert.Equal(403, (await server.StopTask(id, bySdk)).Status);
        Assert.Equal(("stopped", true), (await server.StopTask(id, bySdk, theirs)).Ended);
    }

    [Theory]
    [InlineData("{}", "application/json")]
    [InlineData("not json", "text/plain")]
    [InlineData("""{"unknown":1}""", "application/x-www-form-urlencoded")]
    public async Task Whatever_a_client_sends_along_is_not_read(string body, string type)
    {
        var id = await server.InvokeAndBegin("hold");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Rest}/tasks/{id}/stop?unknown=1") { Content = new StringContent(body) };
        request.Headers.Add("X-API-Key", server.Key);
        request.Content.Headers.ContentType = new(type);
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
    }

    /// <summary>The completion is the word that lets the task go on to its end. Stops pass what waits beside them: in some rounds it is let ahead, or it would seldom win.</summary>
    [Fact]
    public async Task Of_two_stops_and_a_completion_at_once_one_has_decided_and_everybody_is_told_the_same()
    {
        var agent = await server.Agent("approval", """, "payload": { "message": "may I?" }""");
        var winners = new HashSet<string>();
        for (var round = 0; round < 24; round++)
        {
            var id = await server.Invoke(agent);
            var approved = round % 2 == 0 ? Approve(id) : null;
            if (round % 4 == 0)
                await approved!;
            var stops = new[] { server.StopTask(id), server.StopTask(id, bySdk: true) };
            approved ??= Approve(id);
            var (first, second, word) = (await stops[0], await stops[1], await approved);

            var status = word.Status is 200 ? "completed" : "stopped";
            Assert.Equal([(200, (status, status is "stopped")), (200, (status, status is "stopped"))], new[] { first, second }.Select(told => (told.Status, told.Ended)));
            AssertSame(JsonNode.Parse(first.Json.GetRawText())!, second.Json);
            AssertSame(JsonNode.Parse(first.Json.GetRawText())!, (await server.ReadTask(id)).Json);
            winners.Add(status);
        }
        Assert.Equal(2, winners.Count);
    }

    Task<Told> Approve(string id) => server.Tell("POST", $"/xpander/hitl/{id}/approve", """{"wait_node_id":"work"}""");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_whose_rows_cannot_be_read_back_is_told_as_it_was_committed(bool byUpdate)
    {
        var other = new TestServer();
        await other.InitializeAsync();
        await using (other)
        {
            var id = await other.InvokeAndBegin("hold");
            await other.BreakStore("ALTER TABLE extras RENAME TO lost");
            var told = byUpdate ? await other.Tell("PATCH", $"{Wire}/{id}/update", """{"status":"stopped","title":"t"}""") : await other.StopTask(id);
            Assert.Equal((200, id, Fields, ("stopped", true)), (told.Status, told.Text("id"), told.Names, told.Ended));
            Assert.Equal(Time((await other.Client.ReadRun(Guid.Parse(id), cancel: Cancel)).EndedAt), told.Text("finished_at"));
        }
    }

    [Fact]
    public async Task A_task_of_which_something_is_damaged_is_stopped_and_shown_without_it()
    {
        var other = new TestServer();
        await other.InitializeAsync();
        await using (other)
        {
            var id = await other.InvokeAndBegin("hold");
            await other.BreakStore("UPDATE extras SET json = '{'; UPDATE inputs SET json = '[[['");
            var told = await other.StopTask(id);
            Assert.Equal((200, ("stopped", true), "", "default"), (told.Status, told.Ended, told["input"].GetProperty("text").GetString(), told.Text("think_mode")));
        }
    }

    [Fact]
    public async Task The_grace_is_a_setting()
    {
        var other = new TestServer { Adjust = options => options with { Dialects = new() { Graces = new Dictionary<string, TimeSpan> { ["xpander"] = TimeSpan.FromSeconds(3) } } } };
        await other.InitializeAsync();
        await using (other)
        {
            var id = await other.InvokeAndBegin("hold");
            Assert.Equal(200, (await other.StopTask(id, bySdk: true)).Status);
            Assert.Equal(3, (await other.Client.ReadReceipt(Guid.Parse(id), Cancel)).GraceSeconds);
        }
    }
}
