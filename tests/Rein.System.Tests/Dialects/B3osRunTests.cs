using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What clients of B3OS do with runs beside stopping them.</summary>
public sealed class B3osRunTests(TestServer server) : IClassFixture<TestServer>
{
    const string Runs = "/b3os/v1/runs";
    const string Workflows = "/b3os/v1/workflows";
    const string Props = """{"a":[1]}""";
    const string Failing = """{"text":"xy","fails":true}""";

    [Fact]
    public async Task A_run_is_read_whole_in_summary_or_by_some_of_its_nodes()
    {
        var id = await Begin("noop", "noop");
        await server.Client.Until(Guid.Parse(id["run_".Length..]), run => run.EndedAt is not null);
        var whole = (await server.Ask("GET", $"{Runs}/{id}")).Data;
        Assert.Equal(["end", "root", "work"], Names(whole.GetProperty("executionState")));
        var summary = (await server.Ask("GET", $"{Runs}/{id}?summary=true")).Data;
        Assert.Equal(Names(whole).Except(["executionState", "workflowDefinition"]), Names(summary));
        var some = (await server.Ask("GET", $"{Runs}/{id}?nodeIds=end,nobody&unknown=1")).Data;
        Assert.Equal(["end"], Names(some.GetProperty("executionState")));
        Assert.Equal(404, (await server.Ask("GET", $"{Runs}/run_nobodys")).Status);
        Assert.Equal((400, 400), (await server.Ask("GET", $"{Runs}/{id}?summary=perhaps")) switch { var said => (said.Status, said.Code) });
    }

    [Fact]
    public async Task A_run_has_the_id_that_its_client_chose_everywhere()
    {
        var id = $"run_mine_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        Assert.Equal(id, (await server.Ask("POST", Runs, With(Graph("hold"), $""" "runId":"{id}","propValues":{Props}, """))).Text("runId"));
        var read = await server.Ask("GET", $"{Runs}/{id}");
        Assert.Equal((id, "", 0, "[1]"), (read.Text("id"), read.Text("workflowId"), read.Data.GetProperty("workflowVersion").GetInt32(), read.Data.GetProperty("propValues").GetProperty("a").GetRawText()));
        Assert.Contains(id, (await server.Ask("GET", Runs)).Data.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("id").GetString()));
        var taken = await server.Ask("POST", Runs, With(Graph("hold"), $""" "runId":"{id}", """));
        Assert.Equal((400, 400079), (taken.Status, taken.Code));

        var stopped = await server.Ask("POST", $"{Runs}/{id}/cancel");
        Assert.Equal((200, id, "cancelled"), (stopped.Status, stopped.Text("id"), stopped.Text("status")));
        var again = await server.Ask("POST", $"{Runs}/{id}/retry");
        Assert.Equal((200, id, "[1]"), (again.Status, again.Text("sourceRunId"), again.Data.GetProperty("propValues").GetProperty("a").GetRawText()));
        Assert.NotEqual(id, again.Text("id"));
        Assert.Equal(again.Text("id"), again.Text("runId"));
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{again.Text("id")}/cancel")).Status);
    }

    [Fact]
    public async Task Of_two_starts_of_one_moment_under_one_id_one_is_a_duplicate()
    {
        for (var round = 0; round < 10; round++)
        {
            var body = With(Graph("noop"), $""" "runId":"run_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", """);
            var both = await Task.WhenAll(server.Ask("POST", Runs, body), server.Ask("POST", Runs, body));
            Assert.Equal([200, 400079], both.Select(said => said.Code).Order());
        }
    }

    [Theory]
    [InlineData("\"mine\"")]
    [InlineData("\"run_\"")]
    [InlineData("\"run_a b\"")]
    [InlineData("7")]
    public async Task An_id_that_cannot_be_chosen_is_refused(string id)
    {
        var said = await server.Ask("POST", Runs, With(Graph("noop"), $""" "runId":{id}, """));
        Assert.Equal((400, 400078), (said.Status, said.Code));
    }

    [Fact]
    public async Task An_id_of_ours_cannot_be_chosen_for_another_run()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        var said = await server.Ask("POST", Runs, With(Graph("noop"), $""" "runId":"run_{run.Id:N}", """));
        Assert.Equal((400, 400079), (said.Status, said.Code));
    }

    [Theory]
    [InlineData("""{"nodes":{"root":{"type":"manual","children":["gone"]}}}""", 400228)]
    [InlineData("""{"nodes":{"start":{"type":"manual"}}}""", 400228)]
    [InlineData("""{"nodes":{"root":{"type":"webhook","payload":{},"children":[]}}}""", 400229)]
    [InlineData("[]", 400228)]
    [InlineData("null", 400)]
    public async Task A_definition_that_cannot_be_run_is_refused_with_its_number(string definition, int code)
    {
        foreach (var path in new[] { Runs, $"{Runs}/sync" })
        {
            var said = await server.Ask("POST", path, With(definition));
            Assert.Equal((400, code), (said.Status, said.Code));
        }
    }

    [Fact]
    public async Task A_payload_that_lacks_something_is_refused_and_one_with_more_than_is_declared_is_taken()
    {
        const string definition = """{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"noop","payload":{"n":"{{root.result.n}}"}}},"inputSchema":[{"key":"n","type":"number","required":true}]}""";
        var lacking = await server.Ask("POST", $"{Runs}/sync", With(definition, """ "payload":{"m":1}, """));
        Assert.Equal((400, 400, "/payload/n"), (lacking.Status, lacking.Code, lacking.Json.GetProperty("details")[0].GetProperty("path").GetString()));
        var more = await server.Ask("POST", $"{Runs}/sync", With(definition, """ "payload":{"n":7,"m":1},"chatMessageId":"x", """));
        Assert.Equal((200, """{"n":7}"""), (more.Status, more.Data.GetProperty("executionState").GetProperty("work").GetProperty("result").GetRawText()));
    }

    [Fact]
    public async Task A_run_that_is_waited_for_is_answered_with_its_end()
    {
        var said = await server.Ask("POST", $"{Runs}/sync", With(Two("leak", Failing, "noop")));
        Assert.Equal(["runId", "status", "executionState", "durationMs"], Names(said.Data));
        Assert.Equal("failure", said.Text("status"));
        var work = said.Data.GetProperty("executionState").GetProperty("work");
        Assert.Equal(("failure", "It broke over xy."), (work.GetProperty("status").GetString(), work.GetProperty("result").GetProperty("error").GetString()));
        var run = await server.Client.ReadRun(Guid.Parse(said.Text("runId")["run_".Length..]), cancel: Cancel);
        Assert.Equal((long)(run.EndedAt - run.CreatedAt)!.Value.TotalMilliseconds, said.Data.GetProperty("durationMs").GetInt64());

        var nodes = string.Join(",", Enumerable.Range(0, 20).Select(number => $$""" "n{{number}}": { "type": "noop" } """));
        var children = string.Join(",", Enumerable.Range(0, 20).Select(number => $"\"n{number}\""));
        var many = await server.Ask("POST", $"{Runs}/sync", With($$$"""{ "nodes": { "root": { "type": "manual", "children": [{{{children}}}] }, {{{nodes}}} } }"""));
        Assert.Equal((400, 400), (many.Status, many.Code));
    }

    [Fact]
    public async Task The_iterations_of_a_loop_stand_below_it()
    {
        const string definition = """
            {"nodes":{"root":{"type":"manual","children":["each"]},"each":{"type":"for-each","payload":{"items":[5,6]},"loopBody":["one"],"children":[]},
             "one":{"type":"noop","payload":{"item":"{{$item}}","at":"{{$index}}"},"children":["two"]},"two":{"type":"noop","payload":{"twice":"{{one.result.item}}"}}}}
            """;
        var said = await server.Ask("POST", $"{Runs}/sync", With(definition));
        Assert.Equal(["each", "root"], Names(said.Data.GetProperty("executionState")));
        var iterations = said.Data.GetProperty("executionState").GetProperty("each").GetProperty("iterations");
        Assert.Equal(2, iterations.GetArrayLength());
        Assert.Equal(["one", "two"], Names(iterations[1]));
        Assert.Equal("""{"at":1,"item":6}""", iterations[1].GetProperty("one").GetProperty("input").GetRawText());
        Assert.Equal("""{"twice":6}""", iterations[1].GetProperty("two").GetProperty("input").GetRawText());
    }

    /// <summary>What the server around it nests comes on top of that.</summary>
    [Fact]
    public async Task What_is_as_deep_as_a_body_may_be_is_read_listed_told_and_stopped()
    {
        var definition = $$"""
            {"nodes":{"root":{"type":"manual","children":["say","each","work"]},"say":{"type":"noop","payload":{"deep":{{Nested(59)}} } },"work":{"type":"hold"},
             "each":{"type":"for-each","payload":{"items":[1]},"loopBody":["one"]},"one":{"type":"noop","payload":{"deep":{{Nested(59)}} } } } }
            """;
        var id = (await server.Ask("POST", Runs, $$"""{"propValues":{{Nested(63)}},"definition":{{definition}}}""")).Text("runId");
        var run = Guid.ParseExact(id["run_".Length..], "N");
        await server.Client.UntilAssigned(run, "work");
        await server.Client.Until(run, now => now.Steps!.Count(step => step.State == "succeeded") == 2);
        var read = await server.Ask("GET", $"/b3os/v1/runs/{id}");
        Assert.Equal((200, Nested(63)), (read.Status, read.Data.GetProperty("propValues").GetRawText()));
        var said = await server.Ask("POST", $"/b3os/v1/runs/{id}/cancel");
        Assert.Equal((200, "cancelled", Nested(63)), (said.Status, said.Text("status"), said.Data.GetProperty("propValues").GetRawText()));
        var state = said.Data.GetProperty("executionState");
        foreach (var node in new[] { state.GetProperty("say"), state.GetProperty("each").GetProperty("iterations")[0].GetProperty("one") })
            Assert.Equal((Nested(59), Nested(59)), (node.GetProperty("input").GetProperty("deep").GetRawText(), node.GetProperty("result").GetProperty("deep").GetRawText()));
        using (var stream = await server.Send(HttpMethod.Get, $"/b3os/v1/runs/{id}/stream"))
            Assert.Contains("event: run_finished", await stream.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        Assert.Equal(200, (await server.Ask("POST", "/b3os/v1/workflows", $$"""{"name":"Deep","propValues":{{Nested(63)}},"definition":{{definition}}}""")).Status);
        var workflows = await server.Ask("GET", "/b3os/v1/workflows?limit=100");
        Assert.Equal(200, workflows.Status);
        Assert.Contains(workflows.Data.GetProperty("items").EnumerateArray(), one => one.GetProperty("name").GetString() == "Deep");
        var again = await server.Ask("POST", $"/b3os/v1/runs/{id}/retry");
        Assert.Equal((200, Nested(63)), (again.Status, again.Data.GetProperty("propValues").GetRawText()));
        Assert.Equal(200, (await server.Ask("POST", $"/b3os/v1/runs/{again.Text("id")}/cancel")).Status);

        static string Nested(int deep) => new string('[', deep) + new string(']', deep);
    }

    /// <summary>16 MB of results and as many of inputs: the server holds no more of a run, whatever it came to.</summary>
    [Fact]
    public async Task What_a_run_came_to_beyond_what_a_page_may_hold_is_left_out_and_its_nodes_are_told_all_the_same()
    {
        var names = Enumerable.Range(10, 25).Select(n => $"n{n}").ToList();
        var nodes = names.ToDictionary(name => name, _ => (object)new { type = "noop", payload = new { text = string.Concat(Enumerable.Repeat("{{root.result.text}}", 3)) } });
        nodes["root"] = new { type = "manual", children = names.Append("work") };
        nodes["work"] = new { type = "hold" };
        var id = (await server.Ask("POST", Runs, JsonSerializer.Serialize(new { payload = new { text = new string('x', 240_000) }, definition = new { nodes } }))).Text("runId");
        await server.Client.Until(Guid.ParseExact(id["run_".Length..], "N"), run => run.Steps!.Count(step => step.State == "succeeded") == names.Count);
        var said = await server.Ask("POST", $"{Runs}/{id}/cancel");
        Assert.Equal((200, "cancelled"), (said.Status, said.Text("status")));
        var told = names.Select(name => said.Data.GetProperty("executionState").GetProperty(name)).ToList();
        Assert.All(told, node => Assert.Equal("success", node.GetProperty("status").GetString()));
        Assert.Equal((23, 23), (told.Count(node => node.TryGetProperty("result", out _)), told.Count(node => node.TryGetProperty("input", out _))));
        var last = await server.Ask("GET", $"{Runs}/{id}?nodeIds={names[^1]}");
        Assert.Equal(720_000, last.Data.GetProperty("executionState").GetProperty(names[^1]).GetProperty("result").GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public async Task A_run_is_read_fifty_steps_at_a_time_and_a_loop_no_further_than_it_has_come()
    {
        var asked = new ConcurrentQueue<IReadOnlyCollection<string>>();
        await using var other = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Reader", (real, _) => Instead.Of(real.Reader, nameof(IRunReader.Steps), (reader, args) =>
            {
                if (args[1] is not IReadOnlyCollection<string> names)
                    return reader.Steps((Guid)args[0]!, (string?)args[1], (int)args[2]!, (CancellationToken)args[3]!);
                asked.Enqueue(names);
                return reader.Steps((Guid)args[0]!, names, (CancellationToken)args[2]!);
            })),
        };
        await other.InitializeAsync();
        const string definition = """
            {"nodes":{"root":{"type":"manual","children":["each"]},"each":{"type":"for-each","payload":{"items":[5,6],"width":2},"loopBody":["one"],"children":[]},"one":{"type":"hold"}}}
            """;
        var id = (await other.Ask("POST", Runs, With(definition))).Text("runId");
        await other.Client.UntilAssigned(Guid.ParseExact(id["run_".Length..], "N"), "one[1]");
        Assert.Equal(2, (await other.Ask("GET", $"{Runs}/{id}")).Data.GetProperty("executionState").GetProperty("each").GetProperty("iterations").GetArrayLength());
        Assert.All(asked, names => Assert.InRange(names.Count, 1, 50));
        Assert.Equal(50, asked.SelectMany(names => names).Count(name => name.Contains('[', StringComparison.Ordinal)));

        asked.Clear();
        using (var stream = await other.Send(HttpMethod.Get, $"{Runs}/{id}/stream"))
        {
            using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancel));
            while (await lines.ReadLineAsync(Cancel) is not "event: node_updated") { }
        }
        Assert.Equal(["each"], asked.SelectMany(names => names).Distinct());
        Assert.Equal(200, (await other.Ask("POST", $"{Runs}/{id}/cancel")).Status);
    }

    [Fact]
    public async Task A_run_that_another_has_started_says_so()
    {
        var name = await server.Save("noop");
        var parent = await server.Ask("POST", $"{Runs}/sync", With(Graph("workflow", $$""", "payload": { "workflow": "{{name}}" }""")));
        Assert.Equal("success", parent.Text("status"));
        var child = (await server.Client.ReadRun(Guid.ParseExact(parent.Text("runId")["run_".Length..], "N"), cancel: Cancel)).Steps!.Single(step => step.Id == "work").ChildRunId!.Value;
        Assert.Equal(("workflow", "manual"), ((await server.Ask("GET", $"{Runs}/run_{child:N}")).Text("triggerSource"), (await server.Ask("GET", $"{Runs}/{parent.Text("runId")}")).Text("triggerSource")));
    }

    [Fact]
    public async Task Of_a_long_loop_its_first_hundred_iterations_are_shown()
    {
        const string definition = """
            {"nodes":{"root":{"type":"manual","children":["each"]},"each":{"type":"for-each","payload":{"items":"{{root.result.items}}","width":20},"loopBody":["one"]},"one":{"type":"noop","payload":{"at":"{{$index}}"}}}}
            """;
        var said = await server.Ask("POST", $"{Runs}/sync", JsonSerializer.Serialize(new { definition = JsonElement.Parse(definition), payload = new { items = Enumerable.Range(0, 102) } }));
        var each = said.Data.GetProperty("executionState").GetProperty("each");
        Assert.Equal(("success", 100, 102), (said.Text("status"), each.GetProperty("iterations").GetArrayLength(), each.GetProperty("result").GetProperty("total").GetInt32()));
        Assert.Equal(99, each.GetProperty("iterations")[99].GetProperty("one").GetProperty("result").GetProperty("at").GetInt32());
    }

    [Fact]
    public async Task What_was_a_secret_for_a_node_is_none_of_its_input()
    {
        await server.Client.PutSecret("b3", "swordfish", Cancel);
        var said = await server.Ask("POST", $"{Runs}/sync", With(Graph("noop", """, "payload": { "token": "{{$secrets.b3}}" }""")));
        Assert.Equal("***", said.Data.GetProperty("executionState").GetProperty("work").GetProperty("input").GetProperty("token").GetString());
        Assert.DoesNotContain("swordfish", said.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_by_offset_and_as_they_read()
    {
        var workflow = (await server.Ask("POST", Workflows, With(Two("noop", "{}", "noop"), """ "name":"Listed", """))).Text("id");
        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
            ids.Add((await server.Ask("POST", $"{Workflows}/{workflow}/run")).Text("runId"));
        foreach (var id in ids)
            await server.Client.Until(Guid.Parse(id["run_".Length..]), run => run.EndedAt is not null);

        var page = (await server.Ask("GET", $"{Workflows}/{workflow}/runs?limit=2&offset=1")).Data;
        Assert.Equal(["items", "limit", "offset", "hasMore"], Names(page));
        Assert.Equal((2, 1, false), (page.GetProperty("limit").GetInt32(), page.GetProperty("offset").GetInt32(), page.GetProperty("hasMore").GetBoolean()));
        Assert.Equal([ids[1], ids[0]], page.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("id").GetString()));
        var first = page.GetProperty("items")[0];
        Assert.Equal(("success", workflow, "Listed", 1, "manual", "key:admin", "root"), (
            first.GetProperty("status").GetString(), first.GetProperty("workflowId").GetString(), first.GetProperty("workflowName").GetString(), first.GetProperty("workflowVersion").GetInt32(),
            first.GetProperty("triggerSource").GetString(), first.GetProperty("triggeredBy").GetString(), first.GetProperty("triggerNodeId").GetString()));
        Assert.True((await server.Ask("GET", $"{Runs}?workflowId={workflow}&limit=2")).Data.GetProperty("hasMore").GetBoolean());
        Assert.Equal(3, await Count($"?workflowId={workflow}&status=success"));
        Assert.Equal(0, await Count($"?workflowId={workflow}&status=failure"));
        Assert.Equal(0, await Count("?workflowId=wf_nobodys"));
        Assert.Equal(0, await Count("?status=partial"));
        Assert.Equal(404, (await server.Ask("GET", $"{Workflows}/wf_nobodys/runs")).Status);
        Assert.Equal(400, (await server.Ask("GET", $"{Runs}?status=queued")).Status);
        Assert.Equal(400, (await server.Ask("GET", $"{Runs}?limit=101")).Status);
    }

    [Fact]
    public async Task A_partial_success_reads_as_a_failure_and_counts_as_one()
    {
        var workflow = (await server.Ask("POST", Workflows, With(Two("leak", """{"text":"xy","fails":true,"onFailure":"continue"}""", "noop"), """ "name":"Half", """))).Text("id");
        var id = (await server.Ask("POST", $"{Workflows}/{workflow}/run", "{}")).Text("runId");
        var run = await server.Client.Until(Guid.Parse(id["run_".Length..]), now => now.EndedAt is not null);
        Assert.Equal(("succeeded", "partial"), (run.State, run.Cause));
        Assert.Equal("failure", (await server.Ask("GET", $"{Runs}/{id}")).Text("status"));
        Assert.Equal(1, await Count($"?workflowId={workflow}&status=failure"));

        var counts = (await server.Ask("GET", $"{Workflows}/{workflow}/runs/count")).Data;
        Assert.Equal(["running", "waiting", "success", "partial", "failure", "cancelled", "total"], Names(counts));
        Assert.Equal((0, 0, 1, 1), (counts.GetProperty("success").GetInt64(), counts.GetProperty("partial").GetInt64(), counts.GetProperty("failure").GetInt64(), counts.GetProperty("total").GetInt64()));
        var since = Uri.EscapeDataString(run.CreatedAt.ToString("O", CultureInfo.InvariantCulture));
        Assert.True((await server.Ask("GET", $"{Runs}/status-counts?since={since}")).Data.GetProperty("failure").GetInt64() >= 1);
        Assert.Equal(0, (await server.Ask("GET", $"{Runs}/status-counts?since=2999-01-01T00:00:00Z")).Data.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_retry_goes_on_in_a_new_run_and_only_where_something_failed_or_was_cancelled()
    {
        var id = await Begin("noop", "hold");
        Assert.Equal(409, (await server.Ask("POST", $"{Runs}/{id}/retry")).Status);
        await server.Client.UntilAssigned(Guid.Parse(id["run_".Length..]), "end");
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{id}/cancel")).Status);

        var again = await server.Ask("POST", $"{Runs}/{id}/retry");
        Assert.Equal((200, id, "running"), (again.Status, again.Text("sourceRunId"), again.Text("status")));
        Assert.Equal("success", again.Data.GetProperty("executionState").GetProperty("work").GetProperty("status").GetString());
        await server.Ask("POST", $"{Runs}/{again.Text("id")}/cancel");

        var fine = await server.Ask("POST", $"{Runs}/sync", With(Graph("noop")));
        Assert.Equal(409, (await server.Ask("POST", $"{Runs}/{fine.Text("runId")}/retry")).Status);
        Assert.Equal(404, (await server.Ask("POST", $"{Runs}/run_nobodys/retry")).Status);
    }

    [Fact]
    public async Task A_waiting_node_is_resumed_once_with_a_key_or_with_its_secret()
    {
        var id = await Begin("wait", "noop");
        var run = Guid.Parse(id["run_".Length..]);
        var address = $"{Runs}/{id}/nodes/work/resume";
        var secret = server.Secrets.SignalSecret(run, "work");
        Assert.Equal((401, 401), (await server.Ask("POST", address, "{}", key: "")) switch { var none => (none.Status, none.Code) });
        Assert.Equal(401, (await server.Ask("POST", $"{address}?secret=guessed", "{}", key: "")).Status);

        var resumed = await server.Ask("POST", $"{address}?secret={secret}", """{"data":{"paid":true},"forEachContext":{}}""", key: "");
        Assert.Equal((200, "resumed", ""), (resumed.Status, resumed.Text("action"), resumed.Text("reason")));
        var ended = await server.Client.Until(run, now => now.EndedAt is not null);
        Assert.Equal("""{"paid":true}""", ended.Steps!.Single(step => step.Id == "work").Result!.Value.GetProperty("data").GetRawText());
        var late = await server.Ask("POST", address);
        Assert.Equal((200, "skipped"), (late.Status, late.Text("action")));
        var other = await Begin("wait", "noop");
        Assert.Equal(404, (await server.Ask("POST", $"{Runs}/{other}/nodes/nobody/resume")).Status);
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{other}/cancel")).Status);
    }

    [Fact]
    public async Task An_id_is_taken_with_dashes_too_and_an_input_is_of_one_of_their_types()
    {
        const string definition = """{"nodes":{"root":{"type":"manual","children":["say"]},"say":{"type":"noop","payload":{"id":"{{$run.id}}"}}},"inputSchema":[{"key":"n","type":"integer"}]}""";
        var said = await server.Ask("POST", $"{Runs}/sync", With(definition));
        var dashed = said.Data.GetProperty("executionState").GetProperty("say").GetProperty("result").GetProperty("id").GetString();
        var read = await server.Ask("GET", $"{Runs}/run_{dashed}");
        Assert.Equal((200, said.Text("runId")), (read.Status, read.Text("id")));
        Assert.Equal("""[{"description":"","key":"n","required":false,"type":"number"}]""", read.Data.GetProperty("workflowDefinition").GetProperty("inputSchema").GetRawText());
    }

    [Fact]
    public async Task Nothing_is_simulated()
    {
        var workflow = (await server.Ask("POST", Workflows, With(Graph("noop"), """ "name":"Real", """))).Text("id");
        foreach (var trial in new[] { """{"simulate":true}""", """{"dustTest":true}""", """{"triggerNodeId":"work"}""" })
            Assert.Equal(400, (await server.Ask("POST", $"{Workflows}/{workflow}/run", trial)).Status);
        Assert.Equal(0, await Count($"?workflowId={workflow}"));
        Assert.Equal(200, (await server.Ask("POST", $"{Workflows}/{workflow}/run", """{"simulate":false,"triggerNodeId":"root"}""")).Status);
    }

    async Task<string> Begin(string kind, string then) =>
        (await server.Ask("POST", Runs, With(Two(kind, "{}", then)))).Text("runId");

    /// <param name="more">Fields before it, each with a comma behind it.</param>
    static string With(object definition, string more = "") => "{" + more + "\"definition\":" + definition + "}";

    static string Two(string kind, string payload, string then) => $$"""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "{{kind}}", "payload": {{payload}}, "children": ["end"] }, "end": { "type": "{{then}}" } } }
        """;

    async Task<int> Count(string query) => (await server.Ask("GET", Runs + query)).Data.GetProperty("items").GetArrayLength();

    static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(field => field.Name);
}
