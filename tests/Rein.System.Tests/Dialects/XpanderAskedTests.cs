using System.Text.Json;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What a start of xpander asks for: it is told again as it was asked, and a step may go by it.</summary>
public sealed class XpanderAskedTests(TestServer server) : IClassFixture<TestServer>
{
    const string Asked = """
        "payload_extension": { "a": [1] }, "additional_context": "ac", "instructions_override": "io", "expected_output": "eo", "output_format": "json", "output_schema": { "type": "object" },
        "think_mode": "harder", "llm_model_provider": "lp", "llm_model_name": "ln", "llm_reasoning_effort": "high"
        """;

    const string AskedBeside = """
        "source": "sdk", "test_run_node_id": "tr", "events_streaming": true, "mcp_servers": [{ "name": "s" }], "triggering_agent_id": "ta", "title": "t",
        "disable_attachment_injection": true, "voice_id": "v", "return_metrics": true
        """;

    [Fact]
    public async Task Everything_that_is_asked_is_told_again_and_what_a_step_may_go_by_is_in_its_input()
    {
        var agent = await server.Agent("noop", """, "payload": { "all": "{{root.result}}" }""");
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", $$$"""{ "input": { "text": "go", "more": 7 }, {{{Asked}}}, {{{AskedBeside}}} }""");
        Assert.Equal("completed", told.Text("status"));
        foreach (var asked in JsonElement.Parse($"{{ {Asked}, {AskedBeside} }}").EnumerateObject())
            Assert.True(JsonElement.DeepEquals(asked.Value, told[asked.Name]), $"{asked.Name}: {told[asked.Name]}");
        Assert.Equal(told.Json.GetRawText(), (await server.ReadTask(told.Text("id")!)).Json.GetRawText());
        var seen = JsonElement.Parse(told.Text("result")!).GetProperty("all");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse($$"""{ "text": "go", "more": 7, {{Asked}} }"""), seen), seen.GetRawText());
    }

    [Fact]
    public async Task What_the_input_says_itself_is_not_overwritten_by_what_is_asked_beside_it()
    {
        var agent = await server.Agent("noop", """, "payload": { "format": "{{root.result.output_format}}" }""");
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke", """{ "input": { "text": "go", "output_format": "mine" }, "output_format": "json" }""");
        Assert.Equal(("""{"format":"mine"}""", "json"), (told.Text("result"), told.Text("output_format")));
    }

    [Fact]
    public async Task Below_a_task_that_has_come_to_its_own_end_one_stands_alone_and_below_one_that_is_paused_none_is_started()
    {
        var agent = await server.Agent("hold");
        var over = (await server.Tell("POST", $"{Rest}/agents/{await server.Agent("noop")}/invoke", """{"input":{"text":"x"}}""")).Text("id")!;
        var child = await server.Invoke(agent, $""", "parent_execution_id": "{over}" """);
        Assert.Equal(over, (await server.ReadTask(child)).Text("parent_execution"));
        Assert.Equal(0, (await server.ReadTask(over))["sub_executions"].GetArrayLength());
        Assert.Equal(1, (await server.Tell("GET", $"{Rest}/tasks?parent_task_id={over}"))["total"].GetInt32());
        Assert.Equal(("completed", false), (await server.StopTask(over)).Ended);
        Assert.Null((await server.Client.ReadRun(Guid.Parse(child), cancel: Cancel)).EndedAt);
        Assert.Equal(("stopped", true), (await server.StopTask(child)).Ended);

        var paused = await server.Invoke(await server.Agent("delay", """, "payload": { "delayMs": 600000 }"""));
        await server.Client.Pause(Guid.Parse(paused), cancel: Cancel);
        var refused = await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"parent_execution_id":"{{{paused}}}"}""");
        Assert.Equal((409, true), (refused.Status, refused.Detail!.Contains("paused", StringComparison.Ordinal)));
        await server.StopTask(paused);
    }

    [Fact]
    public async Task An_agent_is_read_in_the_version_that_is_named()
    {
        var name = await server.Save("noop");
        var agent = (await server.Client.SaveWorkflow(name, Graph("noop", """, "payload": { "n": 2 }"""), cancel: Cancel)).Id;
        foreach (var (named, version) in new[] { ("1", 1), (null, 2), ("draft", 2) })
            Assert.Equal(version, (await server.Tell("GET", $"/xpander/agents/{agent}", version: named))["version"].GetInt32());
        Assert.Equal(2, (await server.Tell("GET", $"{Rest}/agents/{agent}?version=draft"))["version"].GetInt32());
        Assert.Equal(1, (await server.Tell("GET", $"{Rest}/agents/{agent}?version=1"))["version"].GetInt32());
        Assert.Equal(404, (await server.Tell("GET", $"{Rest}/agents/{agent}?version=3")).Status);
    }
}
