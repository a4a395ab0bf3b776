using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Tasks of xpander from their start to their end: what is asked, what is told, and what lists find.</summary>
public sealed class XpanderTaskTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_task_that_is_waited_for_is_answered_with_what_it_came_to()
    {
        var agent = await server.Agent("noop", """, "payload": { "said": "{{root.result.text}}", "model": "{{root.result.llm_model_name}}" }""");
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", """{"input":{"text":"hello"},"llm_model_name":"m1","llm_reasoning_effort":"xhigh","output_format":"json"}""");
        Assert.Equal((200, Fields), (told.Status, told.Names));
        Assert.Equal(("completed", """{"model":"m1","said":"hello"}""", "completed", "work"), (told.Text("status"), told.Text("result"), told.Text("internal_status"), told.Text("last_executed_node_id")));
        Assert.Equal(("xhigh", "json", false), (told.Text("llm_reasoning_effort"), told.Text("output_format"), told.Ended.IsManual));

        var plain = await server.Tell("POST", $"{Rest}/agents/{await server.Agent("emit", """, "payload": { "emits": "[1]" }""")}/invoke", """{"input":{"files":["f"]}}""");
        Assert.Equal(("completed", JsonValueKind.Null, "", "f"), (
            plain.Text("status"), plain["result"].ValueKind, plain["input"].GetProperty("text").GetString(), plain["input"].GetProperty("files")[0].GetString()));
        var failed = await server.Tell("POST", $"{Rest}/agents/{await server.Agent("leak", """, "payload": { "text": "xy", "fails": true }""")}/invoke", """{"input":{"text":"x"}}""");
        Assert.Equal("failed", failed.Text("status"));
        Assert.Contains("It broke over xy.", failed.Text("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_takes_longer_than_it_is_waited_for_is_answered_as_it_is_and_goes_on()
    {
        var agent = await server.Agent("hold");
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke?wait=50ms", """{"input":{"text":"hello"}}""");
        Assert.Equal(200, told.Status);
        Assert.Contains(told.Text("status"), new[] { "pending", "executing" });
        Assert.Equal(("stopped", true), (await server.StopTask(told.Text("id")!)).Ended);
    }

    [Fact]
    public async Task What_tokens_and_tools_a_step_has_recorded_are_told()
    {
        var agent = await server.Agent("noop", """, "payload": { "usage": { "prompt_tokens": 7, "completion_tokens": 5 }, "used_tools": ["search"] }""");
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", """{"input":{"text":"hello"}}""");
        Assert.Equal("""{"completion_tokens":5,"prompt_tokens":7,"total_tokens":12}""", told["tokens"].GetRawText());
        Assert.Equal("""["search"]""", told["used_tools"].GetRawText());
    }

    [Fact]
    public async Task What_is_set_for_an_agent_holds_for_tasks_that_ask_for_nothing_else_and_are_started_then()
    {
        var agent = await server.Agent("noop");
        var before = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", """{"input":{"text":"hello"}}""");
        var set = await server.Tell("PATCH", $"{Rest}/agents/{agent}", """{"model_provider":"p","model_name":"m","llm_reasoning_effort":"high","instructions":{"role":["r"],"general":"g"}}""");
        Assert.Equal((200, "p", "m", "high", "g"), (set.Status, set.Text("model_provider"), set.Text("model_name"), set.Text("llm_reasoning_effort"), set["instructions"].GetProperty("general").GetString()));
        var after = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", """{"input":{"text":"hello"}}""");
        var asked = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", """{"input":{"text":"hello"},"llm_model_provider":"q"}""");
        await server.Tell("PATCH", $"{Rest}/agents/{agent}", """{"model_provider":"later"}""");

        Assert.Equal([null, "p", "q"], new[] { before, after, asked }.Select(told => told.Text("llm_model_provider")));
        Assert.Equal([null, "m", "m"], new[] { before, after, asked }.Select(told => told.Text("llm_model_name")));
        Assert.Equal("p", (await server.ReadTask(after.Text("id")!)).Text("llm_model_provider"));
        Assert.Equal(422, (await server.Tell("PATCH", $"{Rest}/agents/{agent}", """{"llm_reasoning_effort":"most"}""")).Status);
    }

    [Fact]
    public async Task A_task_that_was_started_elsewhere_has_what_was_set_for_its_agent_then_and_keeps_it()
    {
        var name = await server.Save("hold");
        var agent = (await server.Client.ReadWorkflow(name, cancel: Cancel)).Id;
        var ids = new List<string>();
        foreach (var model in new[] { null, "first", "second", "second", "third" })
        {
            if (model is not null)
                Assert.Equal(200, (await server.Tell("PATCH", $"{Rest}/agents/{agent}", $$"""{"model_provider":"p","model_name":"{{model}}","llm_reasoning_effort":"low","description":"d"}""")).Status);
            ids.Add((await server.Client.Start(name, cancel: Cancel)).Id.ToString());
        }

        foreach (var (id, model) in ids.Zip(new[] { null, "first", "second", "second", "third" }))
        {
            var told = await server.StopTask(id);
            Assert.Equal((model is null ? null : "p", model, model is null ? null : "low"), (told.Text("llm_model_provider"), told.Text("llm_model_name"), told.Text("llm_reasoning_effort")));
        }
        await server.Tell("PATCH", $"{Rest}/agents/{agent}", """{"model_name":"fourth"}""");
        var later = await Task.WhenAll(ids.Select(id => server.ReadTask(id)));
        Assert.Equal([null, "first", "second", "second", "third"], later.Select(told => told.Text("llm_model_name")));
        // As often as it is set, the last fifty are remembered: of what was before nothing is told, rather than something else.
        for (var number = 0; number < 50; number++)
            await server.Tell("PATCH", $"{Rest}/agents/{agent}", $$"""{"model_name":"m{{number}}"}""");
        Assert.Equal([null, null], new[] { await server.ReadTask(ids[0]), await server.ReadTask(ids[^1]) }.Select(told => told.Text("llm_model_name")));
        Assert.Equal("m49", (await server.ReadTask((await server.Client.Start(name, cancel: Cancel)).Id.ToString())).Text("llm_model_name"));
    }

    [Fact]
    public async Task What_two_dialects_keep_beside_one_workflow_stays_when_either_writes()
    {
        var made = await server.Ask("POST", "/b3os/v1/workflows", "{\"name\":\"Both\",\"definition\":" + Graph("noop") + "}");
        var agent = Guid.ParseExact(made.Text("id")["wf_".Length..], "N");
        await server.Tell("PATCH", $"{Rest}/agents/{agent}", """{"model_name":"m"}""");
        Assert.Equal("Both", (await server.Ask("PUT", $"/b3os/v1/workflows/{made.Text("id")}", """{"description":"d"}""")).Text("name"));
        Assert.Equal("m", (await server.Tell("GET", $"/xpander/agents/{agent}")).Text("model_name"));
        Assert.Equal("d", (await server.Ask("GET", $"/b3os/v1/workflows/{made.Text("id")}")).Text("description"));
    }

    [Fact]
    public async Task A_task_has_the_id_that_its_client_chose_everywhere_and_it_is_taken_for_good()
    {
        var agent = await server.Agent("hold");
        var id = NewId();
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke/async", $$$"""{"input":{"text":"x"},"id":"{{{id.ToUpperInvariant()}}}"}""");
        Assert.Equal((200, id), (told.Status, told.Text("id")));
        Assert.Equal(id, (await server.ReadTask(id)).Text("id"));
        Assert.Equal(id, (await server.Tell("GET", $"{Rest}/agents/{agent}/tasks"))["items"][0].GetProperty("id").GetString());
        var taken = await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"id":"{{{id}}}"}""");
        Assert.Equal((422, ("body/id", "value_error")), (taken.Status, taken.Fault));
        Assert.Equal((200, id, ("stopped", true)), (await server.StopTask(id)) switch { var stopped => (stopped.Status, stopped.Text("id"), stopped.Ended) });
        Assert.Equal(204, (await server.Tell("DELETE", $"{Rest}/tasks/{id}")).Status);
        Assert.Equal(422, (await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"id":"{{{id}}}"}""")).Status);
        using var foreign = await server.ConnectForeign();
        var own = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        Assert.Equal(422, (await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"id":"{{{own.Id}}}"}""")).Status);
    }

    [Fact]
    public async Task Of_two_starts_of_one_moment_under_one_id_one_is_refused()
    {
        var agent = await server.Agent("noop");
        var parent = await server.Invoke(await server.Agent("hold"));
        foreach (var above in new[] { "", $""", "parent_execution_id":"{parent}" """ })
            for (var round = 0; round < 10; round++)
            {
                var body = $$$"""{"input":{"text":"x"},"id":"{{{NewId()}}}" {{{above}}} }""";
                var both = await Task.WhenAll(server.Tell("POST", $"{Wire}/{agent}", body), server.Tell("POST", $"{Wire}/{agent}", body));
                Assert.Equal([200, 422], both.Select(told => told.Status).Order());
            }
        await server.StopTask(parent);
    }

    [Fact]
    public async Task A_task_below_another_is_stopped_with_it_and_none_is_started_below_one_that_was_stopped()
    {
        var agent = await server.Agent("hold");
        var parent = await server.InvokeAndBegin("hold");
        var child = await server.Invoke(agent, $""", "parent_execution_id": "{parent}" """);
        await server.Client.UntilAssigned(Guid.Parse(child), "work");
        var above = await server.ReadTask(parent);
        Assert.Equal((child, 0), (above["sub_executions"][0].GetString(), above["finished_sub_executions"].GetArrayLength()));
        Assert.Equal(parent, (await server.ReadTask(child)).Text("parent_execution"));
        Assert.Equal(1, (await server.Tell("GET", $"{Rest}/tasks?parent_task_id={parent}"))["total"].GetInt32());
        Assert.Equal(1, (await server.Tell("GET", $"{Rest}/tasks?parent_task_id={Guid.Parse(parent).ToString("N").ToUpperInvariant()}"))["total"].GetInt32());
        Assert.Equal((422, "query/parent_task_id"), (await server.Tell("GET", $"{Rest}/tasks?parent_task_id={Guid.Parse(parent):B}")) switch { var odd => (odd.Status, odd.Fault.Loc) });
        Assert.Equal(0, (await server.Tell("GET", $"{Rest}/tasks?parent_task_id={child}"))["total"].GetInt32());

        Assert.Equal(("stopped", true), (await server.StopTask(parent)).Ended);

        await server.Client.Until(Guid.Parse(child), run => run.EndedAt is not null);
        var below = await server.ReadTask(child);
        Assert.Equal((("stopped", false), "parent"), (below.Ended, below.Text("internal_status")));
        Assert.Equal(child, (await server.ReadTask(parent))["finished_sub_executions"][0].GetString());
        var late = await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"parent_execution_id":"{{{parent}}}"}""");
        Assert.Equal(409, late.Status);
        Assert.Equal(404, (await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"parent_execution_id":"{{{NewId()}}}"}""")).Status);
    }

    [Fact]
    public async Task A_workflow_that_calls_another_is_an_orchestration_and_its_children_are_its_sub_executions()
    {
        var called = await server.Save("hold");
        var agent = await server.Agent("workflow", $$""", "payload": { "workflow": "{{called}}" }""");
        var id = await server.Invoke(agent);
        await server.Client.Until(Guid.Parse(id), run => run.Steps!.Any(step => step.ChildRunId is not null));
        var told = await server.ReadTask(id);
        Assert.True(told["is_orchestration"].GetBoolean());
        var child = told["sub_executions"][0].GetString()!;
        Assert.Equal(("stopped", true), (await server.StopTask(id)).Ended);
        await server.Client.Until(Guid.Parse(child), run => run.EndedAt is not null);
        Assert.Equal((("stopped", false), "agent", id), (await server.ReadTask(child)) switch { var below => (below.Ended, below.Text("source"), below.Text("parent_execution")) });
    }

    [Fact]
    public async Task A_task_that_is_deleted_is_stopped_and_not_there_any_more_but_its_run_is()
    {
        var agent = await server.Agent("hold");
        var id = await server.Invoke(agent);
        var kept = await server.Invoke(agent);
        Assert.Equal(204, (await server.Tell("DELETE", $"{Rest}/tasks/{id}")).Status);

        Assert.Equal(404, (await server.ReadTask(id)).Status);
        Assert.Equal(404, (await server.StopTask(id)).Status);
        Assert.Equal(404, (await server.Tell("DELETE", $"{Rest}/tasks/{id}")).Status);
        var page = await server.Tell("GET", $"{Rest}/agents/{agent}/tasks");
        Assert.Equal((1, kept), (page["total"].GetInt32(), page["items"][0].GetProperty("id").GetString()));
        Assert.Equal(("stopped", "manual"), (await server.Client.ReadRun(Guid.Parse(id), cancel: Cancel)) switch { var run => (run.State, run.Cause) });
        var again = await server.Client.Retry(Guid.Parse(id), "start", cancel: Cancel);
        Assert.Equal("go", (await server.ReadTask(again.Id.ToString()))["input"].GetProperty("text").GetString());
        using var foreign = await server.ConnectForeign();
        await foreign.SaveWorkflow("theirs", Graph("hold"), cancel: Cancel);
        var theirs = await foreign.Start("theirs", cancel: Cancel);
        Assert.Equal(403, (await server.Tell("DELETE", $"{Rest}/tasks/{theirs.Id}")).Status);
        await server.StopTask(again.Id.ToString());
        await server.StopTask(kept);
    }

    [Fact]
    public async Task Tasks_are_listed_newest_first_in_pages_and_by_what_they_are()
    {
        var agent = await server.Agent("noop");
        var ids = new List<string>();
        foreach (var user in new[] { "ada", "bob", "ada" })
            ids.Add((await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", $$$"""{"input":{"text":"x","user":{"id":"{{{user}}}"} },"triggering_agent_id":"boss","title":"t"}""")).Text("id")!);

        var page = await server.Tell("GET", $"{Rest}/agents/{agent}/tasks?page=2&per_page=2");
        Assert.Equal("items total page per_page total_pages", page.Names);
        Assert.Equal((3, 2, 2, 2, 1), (page["total"].GetInt32(), page["page"].GetInt32(), page["per_page"].GetInt32(), page["total_pages"].GetInt32(), page["items"].GetArrayLength()));
        Assert.Equal((ids[0], Fields), (page["items"][0].GetProperty("id").GetString(), Told.NamesOf(page["items"][0])));
        foreach (var (query, count) in new[] { ("user_id=ada", 2), ("user_id=eve", 0), ("status=completed", 3), ("status=failed", 0), ("internal_status=completed", 3), ("triggering_agent_id=boss", 3) })
            Assert.Equal(count, (await server.Tell("GET", $"{Rest}/tasks?agent_id={agent}&{query}"))["total"].GetInt32());
        foreach (var bad in new[] { "per_page=51", "page=0", "status=running" })
            Assert.Equal((422, "query"), (await server.Tell("GET", $"{Rest}/tasks?{bad}")) switch { var told => (told.Status, told.Fault.Loc.Split('/')[0]) });

        var history = await server.Tell("GET", $"{Wire}/executions/history/{agent}?user_id=ada");
        Assert.Equal([ids[2], ids[0]], history.Json.EnumerateArray().Select(task => task.GetProperty("id").GetString()));
        Assert.Equal(
            "id agent_id user_id parent_task_id triggering_agent_id organization_id status created_at updated_at source_node_type result title",
            Told.NamesOf(history.Json[0]));
        Assert.Equal(ids[1], (await server.Tell("GET", $"{Wire}/executions/history/user/bob")).Json[0].GetProperty("id").GetString());
        Assert.Equal(404, (await server.Tell("GET", $"{Rest}/agents/{NewId()}/tasks")).Status);
        Assert.Equal((422, ("path/agent_id", "uuid_parsing")), (await server.Tell("GET", $"{Rest}/agents/x/tasks")) switch { var told => (told.Status, told.Fault) });
    }

    [Theory]
    [InlineData("approve", "completed")]
    [InlineData("reject", "failed")]
    public async Task A_task_that_waits_for_somebody_is_approved_or_rejected_once(string verb, string status)
    {
        var id = await server.Invoke(await server.Agent("approval", """, "payload": { "message": "may I?" }"""));
        var told = await server.Tell("POST", $"/xpander/hitl/{id}/{verb}");
        Assert.Equal((200, Fields), (told.Status, told.Names));
        await server.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
        Assert.Equal(status, (await server.ReadTask(id)).Text("status"));
        Assert.Equal(409, (await server.Tell("POST", $"/xpander/hitl/{id}/{verb}")).Status);
        Assert.Equal(200, (await server.Tell("POST", $"/xpander/hitl/{id}/{verb}", """{"wait_node_id":"work"}""")).Status);
        Assert.Equal(409, (await server.Tell("POST", $"/xpander/hitl/{id}/{(verb is "approve" ? "reject" : "approve")}", """{"wait_node_id":"work"}""")).Status);
        Assert.Equal(404, (await server.Tell("POST", $"/xpander/hitl/{id}/{verb}", """{"wait_node_id":"root"}""")).Status);
        Assert.Equal(404, (await server.Tell("POST", $"/xpander/hitl/{NewId()}/{verb}")).Status);
    }

    [Fact]
    public async Task Only_who_is_named_by_the_step_answers_it()
    {
        var id = await server.Invoke(await server.Agent("approval", """, "payload": { "message": "may I?", "approvers": ["boss"] }"""));
        Assert.Equal(403, (await server.Tell("POST", $"/xpander/hitl/{id}/approve")).Status);
        var boss = (await server.Client.CreateKey(new() { Name = "boss", Scopes = ["read", "start"] }, Cancel)).Key!;
        Assert.Equal(200, (await server.Tell("POST", $"/xpander/hitl/{id}/approve", key: boss)).Status);
    }

    [Fact]
    public async Task A_task_is_told_of_while_it_is_under_way()
    {
        var agent = await server.Agent("approval", """, "payload": { "message": "may I?" }""");
        using var response = await Stream(HttpMethod.Post, $"{Rest}/agents/{agent}/invoke/stream", """{"input":{"text":"x"}}""");
        var organization = (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;
        await using var events = Events(response).GetAsyncEnumerator(Cancel);
        Assert.True(await events.MoveNextAsync());
        var created = events.Current;
        Assert.Equal("type task_id organization_id time data", Told.NamesOf(created));
        Assert.Equal(("task_created", organization.ToString()), (created.GetProperty("type").GetString(), created.GetProperty("organization_id").GetString()));
        var id = created.GetProperty("task_id").GetString()!;

        using var other = await Stream(HttpMethod.Get, $"/xpander/{organization}/agent-execution/{id}/events/", null);
        await using var seen = Events(other).GetAsyncEnumerator(Cancel);
        Assert.True(await seen.MoveNextAsync());
        await server.StopTask(id);

        foreach (var stream in new[] { events, seen })
        {
            var last = stream.Current;
            while (await stream.MoveNextAsync())
                last = stream.Current;
            Assert.Equal(("task_finished", ("stopped", true)), (last.GetProperty("type").GetString(), new Told(200, last.GetProperty("data")).Ended));
        }
        Assert.Equal(404, (await server.Tell("GET", $"/xpander/{NewId()}/agent-execution/{NewId()}/events")).Status);
    }

    async Task<HttpResponseMessage> Stream(HttpMethod method, string path, string? body)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "x-api-key", server.Key } } };
        if (body is not null)
            request.Content = new StringContent(body);
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return response;
    }

    static async IAsyncEnumerable<JsonElement> Events(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        while (await reader.ReadLineAsync(Cancel) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return JsonElement.Parse(line["data: ".Length..]);
    }

    [Theory]
    [InlineData("""{}""", "body/input")]
    [InlineData("""{"input":"x"}""", "body/input")]
    [InlineData("""{"input":{}}""", "body/input/text")]
    [InlineData("""{"input":{"text":7}}""", "body/input/text")]
    [InlineData("""{"input":{"text":"x"},"id":"mine"}""", "body/id")]
    [InlineData("""{"input":{"text":"x"},"output_format":"html"}""", "body/output_format")]
    [InlineData("""{"input":{"text":"x"},"think_mode":"hard"}""", "body/think_mode")]
    [InlineData("""{"input":{"text":"x"},"llm_reasoning_effort":"none"}""", "body/llm_reasoning_effort")]
    [InlineData("""{"input":{"text":"x"},"payload_extension":[]}""", "body/payload_extension")]
    [InlineData("""{"input":{"text":"x"},"events_streaming":"yes"}""", "body/events_streaming")]
    [InlineData("""{"input":{"text":"x","user":"ada"} }""", "body/input/user")]
    [InlineData("""[]""", "body")]
    [InlineData("""{""", "body")]
    [InlineData("", "body/input")]
    public async Task A_start_that_cannot_be_is_refused_with_where_it_is_wrong(string body, string loc)
    {
        var agent = await server.Agent("noop");
        foreach (var path in new[] { $"{Rest}/agents/{agent}/invoke", $"{Rest}/agents/{agent}/invoke/async", $"{Rest}/agents/{agent}/invoke/stream", $"{Wire}/{agent}" })
        {
            var told = await server.Tell("POST", path, body);
            Assert.Equal((422, loc), (told.Status, told.Fault.Loc));
            Assert.Equal("loc msg type", Told.NamesOf(told["detail"][0]));
        }
    }

    [Theory]
    [InlineData("output_format", "text markdown json voice")]
    [InlineData("think_mode", "default harder")]
    [InlineData("llm_reasoning_effort", "low medium high xhigh")]
    public async Task A_start_may_say_every_word_that_there_is(string field, string words)
    {
        var agent = await server.Agent("noop");
        foreach (var word in words.Split(' '))
            Assert.Equal(word, (await server.ReadTask(await server.Invoke(agent, $", \"{field}\": \"{word}\""))).Text(field));
    }

    [Fact]
    public async Task A_version_is_named_by_its_number_or_is_the_draft()
    {
        var name = await server.Save("noop");
        var agent = (await server.Client.SaveWorkflow(name, Graph("noop", """, "payload": { "n": 2 }"""), cancel: Cancel)).Id;
        foreach (var (query, version) in new[] { ("", "2"), ("?version=1", "1"), ("?version=draft", "2") })
            Assert.Equal(version, (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke{query}", """{"input":{"text":"x"}}""")).Text("agent_version"));
        Assert.Equal("1", (await server.Tell("POST", $"{Wire}/{agent}", """{"input":{"text":"x"}}""", version: "1")).Text("agent_version"));
        Assert.Equal(404, (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke?version=3", """{"input":{"text":"x"}}""")).Status);
        Assert.Equal(422, (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke?version=new", """{"input":{"text":"x"}}""")).Status);
        Assert.Equal(404, (await server.Tell("POST", $"{Rest}/agents/{NewId()}/invoke", """{"input":{"text":"x"}}""")).Status);
    }

    [Fact]
    public async Task A_run_that_was_started_elsewhere_is_a_task_too()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("hold"), Input = JsonElement.Parse("""{}""") }, cancel: Cancel);
        var told = await server.ReadTask(run.Id.ToString());
        Assert.Equal((200, Guid.Empty.ToString(), JsonValueKind.Null, ""), (told.Status, told.Text("agent_id"), told["agent_version"].ValueKind, told["input"].GetProperty("text").GetString()));
        Assert.Equal(("stopped", true), (await server.StopTask(run.Id.ToString())).Ended);
    }
}
