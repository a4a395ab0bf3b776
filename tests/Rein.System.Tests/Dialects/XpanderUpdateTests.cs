using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Core.Stores;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What is said of a task of xpander after its start.</summary>
public sealed class XpanderUpdateTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task What_is_said_of_a_task_under_way_is_kept_and_of_one_that_has_ended_nothing_is_taken()
    {
        var id = await server.InvokeAndBegin("hold");
        var told = await server.Tell("PATCH", $"{Wire}/{id}/update", """
            {"title":"new","status":"completed","result":"mine","tokens":{"prompt_tokens":1,"completion_tokens":2},"used_tools":["a"],"used_mutating_tools":true,"deep_planning":{"enabled":true},"agent_id":"x"}
            """);
        Assert.Equal((200, "executing", "new", JsonValueKind.Null), (told.Status, told.Text("status"), told.Text("title"), told["result"].ValueKind));
        Assert.Equal((3, true, true), (told["tokens"].GetProperty("total_tokens").GetInt64(), told["used_mutating_tools"].GetBoolean(), told["deep_planning"].GetProperty("enabled").GetBoolean()));
        var used = await server.Tell("POST", "/xpander/agents-metrics/any/execution", $$$"""
            {"execution_id":"{{{id}}}","llm_tokens":{"worker":{"prompt_tokens":4,"completion_tokens":5,"total_tokens":9}},"api_calls_made":["a","b"]}
            """);
        Assert.Equal((200, 9, """["a","b"]"""), (used.Status, used["tokens"].GetProperty("total_tokens").GetInt64(), used["used_tools"].GetRawText()));
        var stopped = await server.StopTask(id);
        Assert.Equal(stopped.Json.GetRawText(), (await server.Tell("POST", "/xpander/agents-metrics/any/execution", $$"""{"execution_id":"{{id}}","api_calls_made":[]}""")).Json.GetRawText());
        var late = await server.Tell("PATCH", $"{Wire}/{id}/update", """{"title":"later","status":"completed","result":"mine"}""");
        Assert.Equal((200, stopped.Json.GetRawText()), (late.Status, late.Json.GetRawText()));
        Assert.Equal(404, (await server.Tell("PATCH", $"{Wire}/{NewId()}/update", "{}")).Status);
        Assert.Equal(422, (await server.Tell("PATCH", $"{Wire}/x/update", "{}")).Status);
    }

    [Fact]
    public async Task What_is_beside_a_task_is_bounded_and_a_long_result_is_left_out_of_lists()
    {
        var agent = await server.Agent("noop", """, "payload": { "said": "{{root.result.text}}" }""");
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", $$$"""{"input":{"text":"{{{new string('x', 70_000)}}}"}}""");
        Assert.True(told.Text("result")!.Length > 70_000);
        Assert.Equal(JsonValueKind.Null, (await server.Tell("GET", $"{Rest}/agents/{agent}/tasks"))["items"][0].GetProperty("result").ValueKind);
        var title = new string('x', 300_000);
        Assert.Equal(413, (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", $$$"""{"input":{"text":"x"},"title":"{{{title}}}"}""")).Status);
        var id = await server.InvokeAndBegin("hold");
        Assert.Equal((200, JsonValueKind.Null), (await server.Tell("PATCH", $"{Wire}/{id}/update", $$"""{"title":"{{title}}"}""")) switch { var said => (said.Status, said["title"].ValueKind) });
        Assert.Equal(422, (await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", $$$"""{"input":{"text":"{{{title}}}"}}""")).Status);
        await server.StopTask(id);
    }

    [Fact]
    public async Task Of_many_who_say_something_at_once_nobody_is_lost()
    {
        var id = await server.InvokeAndBegin("hold");
        await Task.WhenAll(
            server.Tell("PATCH", $"{Wire}/{id}/update", """{"title":"t"}"""), server.Tell("PATCH", $"{Wire}/{id}/update", """{"used_tools":["a"]}"""),
            server.Tell("PATCH", $"{Wire}/{id}/update", """{"used_mutating_tools":true}"""), server.Tell("PATCH", $"{Wire}/{id}/update", """{"payload_extension":{"b":1}}"""));
        var told = await server.ReadTask(id);
        Assert.Equal(("t", """["a"]""", true, """{"b":1}"""), (
            told.Text("title"), told["used_tools"].GetRawText(), told["used_mutating_tools"].GetBoolean(), told["payload_extension"].GetRawText()));
        await server.StopTask(id);
    }

    [Fact]
    public async Task What_is_as_deep_as_a_body_may_be_is_kept_and_told()
    {
        var agent = await server.Agent("hold");
        var deep = $$"""{"a":{{new string('[', 61)}}{{new string(']', 61)}}}""";
        var id = await server.Invoke(agent, $""", "payload_extension": {deep} """);
        Assert.Equal((deep, "go"), (await server.ReadTask(id)) switch { var read => (read["payload_extension"].GetRawText(), read["input"].GetProperty("text").GetString()) });
        Assert.Equal(200, (await server.Tell("PATCH", $"{Wire}/{id}/update", $$"""{"deep_planning":{{deep}}}""")).Status);
        var told = await server.StopTask(id);
        Assert.Equal((deep, deep), (told["payload_extension"].GetRawText(), told["deep_planning"].GetRawText()));
    }

    [Fact]
    public async Task Who_was_overtaken_looks_again_and_takes_nothing_back()
    {
        var isFirst = true;
        await using var other = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Extras", (real, _) => Instead.Of(
                real.Extras, nameof(IExtraStore.PutBesideRun), (extras, args) => Overtaken(extras, args))),
        };
        await other.InitializeAsync();
        var id = await other.InvokeAndBegin("hold");

        var told = await other.Tell("PATCH", $"{Wire}/{id}/update", """{"title":"mine"}""");

        Assert.Equal((200, "mine", """["theirs"]"""), (told.Status, told.Text("title"), told["used_tools"].GetRawText()));
        Assert.False(isFirst);

        async Task<bool> Overtaken(IExtraStore extras, object?[] args)
        {
            var (organization, run, before, json) = ((Guid)args[0]!, (Guid)args[1]!, (ReadOnlyMemory<byte>)args[2]!, (ReadOnlyMemory<byte>)args[3]!);
            if (isFirst)
            {
                isFirst = false;
                var theirs = Encoding.UTF8.GetString(json.Span).Replace("\"title\":\"mine\"", "\"used_tools\":[\"theirs\"]", StringComparison.Ordinal);
                Assert.True(await extras.PutBesideRun(organization, run, before, Encoding.UTF8.GetBytes(theirs), false, Cancel));
            }
            return await extras.PutBesideRun(organization, run, before, json, false, Cancel);
        }
    }

    [Fact]
    public async Task A_worker_says_nothing_of_a_task_that_no_worker_of_theirs_holds_and_sees_none_of_its_credentials()
    {
        var id = await server.Invoke(await server.Agent("hold"), """, "mcp_servers": [{ "name": "s", "api_key": "swordfish" }] """);
        await server.Client.UntilAssigned(Guid.Parse(id), "work");
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work", "read"] }, Cancel)).Key!;
        foreach (var told in new[]
        {
            await server.Tell("GET", $"{Rest}/tasks/{id}", key: key),
            await server.Tell("PATCH", $"{Wire}/{id}/update", """{"status":"error","title":"theirs"}""", key),
            await server.Tell("POST", "/xpander/agents-metrics/any/execution", $$"""{"execution_id":"{{id}}","api_calls_made":["theirs"]}""", key),
        })
            Assert.Equal((200, "executing", null, "***", 0), (told.Status, told.Text("status"), told.Text("title"), told["mcp_servers"][0].GetProperty("api_key").GetString(), told["used_tools"].GetArrayLength()));
        await server.StopTask(id);
    }

    /// <summary>What it says of a try that it has lost is not what the next one ends as.</summary>
    [Fact]
    public async Task A_worker_that_has_lost_a_task_says_nothing_of_it_any_more()
    {
        var agent = (await server.Tell("POST", $"{Rest}/agents", """
            {"name":"Tried twice","definition":{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"agent","payload":{"pool":"twice","maxAttempts":2,"backoff":{"initialSeconds":0.01}}}}}}
            """)).Text("id")!;
        await using var first = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        var lost = await first.Next("agent-execution");
        await first.Say("worker-finished");
        await using var second = await XpanderWorker.Connect(server, agent);
        var task = await second.Next("agent-execution");
        var said = JsonNode.Parse(lost.GetRawText())!.AsObject();
        (said["status"], said["title"], said["used_tools"]) = ("error", "mine", new JsonArray("mine"));
        Assert.Equal(("executing", null, 0), (await first.Update(id, said.ToJsonString())) switch { var told => (told.Text("status"), told.Text("title"), told["used_tools"].GetArrayLength()) });
        Assert.Equal("failed", (await second.Save(task, "failed", "no")).Text("status"));
    }
}
