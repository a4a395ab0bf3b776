using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Dialects.Axiom.Runs;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Runs in the words of axiom.ai, from their trigger to what is told of them.</summary>
public sealed class AxiomRunTests(TestServer server) : IClassFixture<TestServer>
{
    const string Emitting = """, "payload": { "emits": {0} }""";

    [Theory]
    [InlineData("""[["a","b"],["c","d"]]""")]
    [InlineData("""[[["a","b"],["c"]],[["d"]]]""")]
    [InlineData("""[["ä",1,null,true]]""")]
    [InlineData("[]")]
    public async Task Rows_and_tables_of_rows_are_the_input_data_as_they_came(string data)
    {
        var name = await server.Save("noop", """, "payload": { "rows": "{{root.result.data}}" }""");
        var run = await server.Trigger(name, $",\"data\":{data}");
        var ended = await server.Client.Until(run.Run, now => now.EndedAt is not null);
        Assert.Equal("succeeded", ended.State);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(data), JsonNode.Parse(ended.Steps!.Single(step => step.Id == "work").Result!.Value.GetProperty("rows").GetRawText())));
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("1")]
    [InlineData("""["a"]""")]
    [InlineData("""[["a"],"b"]""")]
    public async Task Data_that_are_no_rows_are_refused_and_nothing_starts(string data)
    {
        var name = await server.Save("noop");
        var said = await server.Axiom("/trigger", $"\"name\":\"{name}\",\"data\":{data}");
        Assert.Equal((400, "Data must be sent as an array of arrays."), (said.Status, said.Message()));
        Assert.Equal((404, "Run not found"), await server.RunData(name) switch { var read => (read.Status, read.Message()) });
    }

    [Fact]
    public async Task A_workflow_gets_data_where_it_declares_them_and_is_triggered_all_the_same_where_it_does_not()
    {
        foreach (var (name, inputs, body, status) in new[]
        {
            ("declares", """[{"key":"data","type":"array","required":true}]""", ",\"data\":[[\"a\"]]", 200),
            ("declares", """[{"key":"data","type":"array","required":true}]""", "", 400),
            ("optional", """[{"key":"data","type":"array","default":[["x"]]}]""", "", 200),
            ("another", """[{"key":"folder","type":"string"}]""", ",\"data\":[[\"a\"]]", 200),
            ("needs", """[{"key":"folder","type":"string","required":true}]""", ",\"data\":[[\"a\"]]", 400),
        })
        {
            var definition = $$"""{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "noop" } }, "inputSchema": {{inputs}} }""";
            await server.Client.SaveWorkflow(name, JsonElement.Parse(definition), cancel: Cancel);
            var said = await server.Axiom("/trigger", $"\"name\":\"{name}\"{body}");
            Assert.Equal(status, said.Status);
            if (status == 400)
                Assert.Contains("is required", said.Message());
        }
    }

    [Fact]
    public async Task A_trigger_starts_the_latest_version_of_exactly_this_name()
    {
        await server.Client.SaveWorkflow("Exact", Graph("hold"), cancel: Cancel);
        await server.Client.SaveWorkflow("Exact", Graph("noop"), cancel: Cancel);
        foreach (var name in new[] { "exact", "Exact ", " Exact", "EXACT", "none", "a\\u0000b", "../Exact" })
            Assert.Equal((404, "Task not found, please check the name and try again."), await server.Axiom("/trigger", $"\"name\":\"{name}\"") switch { var said => (said.Status, said.Message()) });
        foreach (var name in new[] { "", "\"name\":\"\"", "\"name\":null", "\"name\":7" })
            Assert.Equal((400, "Missing task name, you must send the name of the task that you wish to trigger."), await server.Axiom("/trigger", name) switch { var said => (said.Status, said.Message()) });
        var run = await server.Trigger("Exact");
        Assert.Equal(2, (await server.Client.ReadRun(run.Run, cancel: Cancel)).Version);
    }

    [Fact]
    public async Task Consecutive_triggers_differ_whatever_other_organizations_trigger_between_them()
    {
        var name = await server.Save("noop");
        using var foreign = await server.ConnectForeign();
        var theirs = (await foreign.CreateKey(new() { Name = "theirs", Scopes = ["read", "start"] }, Cancel)).Key!;
        await foreign.SaveWorkflow(name, Graph("noop"), cancel: Cancel);
        var before = await server.Trigger(name);
        for (var i = 0; i < 99; i++)
            await server.Trigger(name, key: theirs);
        Assert.NotEqual(before.Pid, (await server.Trigger(name)).Pid);
    }

    [Fact]
    public async Task Consecutive_triggers_differ_in_both_and_so_do_those_of_one_moment()
    {
        var name = await server.Save("noop");
        var one = new List<Triggered>();
        for (var i = 0; i < 20; i++)
            one.Add(await server.Trigger(name));
        Assert.All(one.Zip(one.Skip(1)), pair => Assert.NotEqual(pair.First.Pid, pair.Second.Pid));
        var atOnce = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.Trigger(name)));
        Assert.Equal(50, atOnce.Select(run => run.Pid).Distinct().Count());
        Assert.Equal(70, one.Concat(atOnce).Select(run => run.Pw).Distinct().Count());
    }

    [Theory]
    [InlineData("""[["A1","B1"],["A2","B2"]]""", """{"work":[["A1","B1"],["A2","B2"]]}""")]
    [InlineData("""[["a",1,null,true,{"b":[2]},"ä\"\n"]]""", """{"work":[["a","1","","true","{\"b\":[2]}","ä\"\n"]]}""")]
    [InlineData("""[{"url":"u","n":1},{"n":null,"more":"m"},{"url":""}]""", """{"work":[["u","1",""],["","","m"],["","",""]]}""")]
    [InlineData("""["alone",7,null,[]]""", """{"work":[["alone"],["7"],[""],[]]}""")]
    [InlineData("[]", "{}")]
    public async Task What_a_run_has_collected_is_a_table_under_the_name_of_its_step(string items, string data)
    {
        var name = await server.Save("emit", Emitting.Replace("{0}", JsonSerializer.Serialize(items), StringComparison.Ordinal));
        var run = await server.Trigger(name);
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        Assert.Equal($$"""{"status":"Success","data":{{data}}}""", (await server.RunData(name)).Raw());
    }

    [Fact]
    public async Task Each_step_has_a_table_of_its_own_and_the_iterations_of_a_loop_have_one_together()
    {
        const string definition = """
            { "nodes": {
                "root": { "type": "manual", "children": ["first"] },
                "first": { "type": "emit", "payload": { "emits": "[[\"x\"]]" }, "children": ["each"] },
                "each": { "type": "for-each", "payload": { "items": "{{root.result.data}}", "width": 1 }, "loopBody": ["a"], "children": ["last"] },
                "a": { "type": "emit", "payload": { "emits": "[{\"p\":1}]" }, "children": ["b"] },
                "b": { "type": "emit", "payload": { "emits": "[{\"q\":2},{\"r\":3}]" } },
                "last": { "type": "emit", "payload": { "emits": "[[\"y\"],[\"z\"]]" } } } }
            """;
        await server.Client.SaveWorkflow("tables", JsonElement.Parse(definition), cancel: Cancel);
        var run = await server.Trigger("tables", ",\"data\":[[\"i\"],[\"j\"],[\"k\"]]");
        var ended = await server.Client.Until(run.Run, now => now.EndedAt is not null);
        Assert.Equal(("succeeded", null), (ended.State, ended.Error));
        Assert.Equal(
            """{"status":"Success","data":{"first":[["x"]],"a":[["1"],["1"],["1"]],"b":[["2",""],["","3"],["2",""],["","3"],["2",""],["","3"]],"last":[["y"],["z"]]}}""",
            (await server.RunData("tables")).Raw());
    }

    [Fact]
    public async Task Rows_of_many_steps_in_a_loop_are_not_read_again_for_every_step()
    {
        const int nodes = 30;
        const int rounds = 20;
        var body = Enumerable.Range(0, nodes).Select(n =>
            $$"""
            "n{{n}}": { "type": "emit", "payload": { "emits": "[[{{n}}]]" }, "children": [{{(n < nodes - 1 ? $"\"n{n + 1}\"" : "")}}] }
            """);
        var definition = $$$"""
            { "nodes": {
                "root": { "type": "manual", "children": ["each"] },
                "each": { "type": "for-each", "payload": { "items": "{{root.result.data}}", "width": 1 }, "loopBody": ["n0"] }, {{{string.Join(',', body)}}} } }
            """;
        await server.Client.SaveWorkflow("many", JsonElement.Parse(definition), cancel: Cancel);
        var run = await server.Trigger("many", $",\"data\":[{string.Join(',', Enumerable.Repeat("[\"i\"]", rounds))}]");
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        var data = JsonElement.Parse((await server.RunData("many")).Raw()).GetProperty("data");
        Assert.Equal(Enumerable.Range(0, nodes).Select(n => $"n{n}"), data.EnumerateObject().Select(table => table.Name));
        Assert.All(data.EnumerateObject(), table => Assert.Equal(Enumerable.Repeat($"[\"{table.Name[1..]}\"]", rounds), table.Value.EnumerateArray().Select(row => row.GetRawText())));

        var read = 0;
        var reader = Instead.Of(server.Stores.Reader, nameof(IRunReader.Items), (real, args) => Count(real.Items((Guid)args[0]!, (ItemPosition)args[1]!, (int)args[2]!, Cancel)));
        var tables = await Tables.Of(run.Run, reader, Cancel);
        await using var writer = new Utf8JsonWriter(Stream.Null);
        await tables.Write(writer, () => Task.CompletedTask, Cancel);
        Assert.InRange(read, nodes * rounds, 12 * nodes * rounds);

        async Task<IReadOnlyList<ItemRow>> Count(Task<IReadOnlyList<ItemRow>> items)
        {
            var rows = await items;
            read += rows.Count;
            return rows;
        }
    }

    [Fact]
    public async Task Where_most_cells_would_be_empty_rows_have_their_own_fields_alone()
    {
        const int columns = 3_000;
        const int rows = 400;
        var wide = string.Join(',', Enumerable.Range(0, columns).Select(n => $"\"f{n}\":1"));
        var items = $"[{{{wide}}},{string.Join(',', Enumerable.Repeat("""{"f7":1}""", rows))}]";
        var name = await server.Save("emit", Emitting.Replace("{0}", JsonSerializer.Serialize(items), StringComparison.Ordinal));
        var run = await server.Trigger(name);
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        var work = JsonElement.Parse((await server.RunData(name)).Raw()).GetProperty("data").GetProperty("work");
        Assert.Equal([columns, .. Enumerable.Repeat(1, rows)], work.EnumerateArray().Select(row => row.GetArrayLength()));
    }

    [Fact]
    public async Task Beyond_ten_thousand_fields_there_are_no_columns()
    {
        const int fields = 5_001;
        var items = $"[{string.Join(',', new[] { "a", "b" }.Select(row => $"{{{string.Join(',', Enumerable.Range(0, fields).Select(n => $"\"{row}{n}\":1"))}}}"))}]";
        var name = await server.Save("emit", Emitting.Replace("{0}", JsonSerializer.Serialize(items), StringComparison.Ordinal));
        var run = await server.Trigger(name);
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        Assert.Equal([fields, fields], (await server.RunData(name)).Data.GetProperty("work").EnumerateArray().Select(row => row.GetArrayLength()));
    }

    [Fact]
    public async Task An_automation_that_lacks_a_secret_is_not_started()
    {
        var name = await server.Save("noop", """, "payload": { "token": "{{$secrets.NOBODYS}}" }""");
        Assert.Equal((400, "There is no secret 'NOBODYS'."), await server.Axiom("/trigger", $"\"name\":\"{name}\"") switch { var said => (said.Status, said.Message()) });
        Assert.Equal(404, (await server.RunData(name)).Status);
    }

    [Fact]
    public async Task A_report_says_whether_another_run_has_triggered_it()
    {
        var child = await server.Save("noop");
        var run = await server.Trigger(await server.Save("workflow", $$""", "payload": { "workflow": "{{child}}" }"""));
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        var report = (await server.Axiom("/run-reports", "\"count\":100")).Data.GetProperty("reports").EnumerateArray().Single(one => one.GetProperty("task_name").GetString() == child);
        Assert.Contains(" (triggered by another run)\n\nThe run completed", report.GetProperty("description").GetString());
    }

    [Fact]
    public async Task A_damaged_row_does_not_hide_the_others()
    {
        await using var other = new TestServer();
        await other.InitializeAsync();
        var name = await other.Save("emit", Emitting.Replace("{0}", JsonSerializer.Serialize("""[{"a":1},{"b":2},["c"],["d"]]"""), StringComparison.Ordinal));
        var run = await other.Trigger(name);
        await other.Client.Until(run.Run, now => now.EndedAt is not null);
        await other.BreakStore("UPDATE items SET json = '{\"b\":' WHERE seq = 2; UPDATE items SET json = '[' WHERE seq = 3");
        Assert.Equal("""{"status":"Success","data":{"work":[["1"],["{\"b\":"],["["],["d"]]}}""", (await other.RunData(name)).Raw());
    }

    [Fact]
    public async Task A_success_in_part_is_a_success_and_its_report_says_in_part()
    {
        await using var other = new TestServer();
        await other.InitializeAsync();
        const string definition = """
            { "nodes": {
                "root": { "type": "manual", "children": ["breaks", "works"] },
                "breaks": { "type": "leak", "payload": { "text": "xx", "fails": true, "onFailure": "continue" } },
                "works": { "type": "emit", "payload": { "emits": "[[\"x\"]]" } } } }
            """;
        await other.Client.SaveWorkflow("partly", JsonElement.Parse(definition), cancel: Cancel);
        var run = await other.Trigger("partly");
        Assert.Equal("partial", (await other.Client.Until(run.Run, now => now.EndedAt is not null)).Cause);
        Assert.Equal("Success", (await other.RunData("partly")).Json.GetProperty("status").GetString());
        Assert.EndsWith("in part: 1 of its steps failed.", (await other.Axiom("/run-reports")).Data.GetProperty("reports")[0].GetProperty("description").GetString());
    }

    [Fact]
    public async Task More_rows_than_a_page_has_are_all_there()
    {
        var name = await server.Save("emit", Emitting.Replace("{0}", JsonSerializer.Serialize($"[{string.Join(',', Enumerable.Range(0, 3000).Select(n => $"[\"{n}\"]"))}]"), StringComparison.Ordinal));
        var run = await server.Trigger(name);
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        var rows = (await server.RunData(name)).Data.GetProperty("work").EnumerateArray().Select(row => row[0].GetString()).ToList();
        Assert.Equal(Enumerable.Range(0, 3000).Select(n => n.ToString(provider: null)), rows);
    }

    [Fact]
    public async Task Only_the_latest_run_of_a_name_is_told_of_whoever_started_it()
    {
        var name = await server.Save("hold");
        var first = await server.Trigger(name);
        var second = await server.Client.Start(name, cancel: Cancel);
        await server.Stop(first);
        Assert.Equal("""{"status":"Running","data":{}}""", (await server.RunData(name)).Raw());
        await server.Client.Stop(second.Id, new() { Fence = "now" }, cancel: Cancel);
        Assert.Equal("""{"status":"Failure","data":{}}""", (await server.RunData(name)).Raw());
        Assert.Equal((404, "Task not found, please check the name and try again."), await server.RunData("never saved") switch { var said => (said.Status, said.Message()) });
        Assert.Equal(400, (await server.Axiom("/run-data")).Status);
    }

    [Fact]
    public async Task Reports_tell_of_the_latest_runs_with_their_times_and_what_became_of_them()
    {
        await using var other = new TestServer();
        await other.InitializeAsync();
        Assert.Equal("""{"status":"success","data":{"reports":[]}}""", (await other.Axiom("/run-reports")).Raw());
        await other.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        var whole = await other.Trigger(await other.Save("noop"));
        var failed = await other.Trigger(await other.Save("leak", """, "payload": { "text": "xx", "fails": true }"""));
        var stopped = await other.TriggerAndBegin("hold");
        await other.Stop(stopped);
        var running = await other.TriggerAndBegin("hold");
        var runs = new List<RunDocument>();
        foreach (var run in new[] { running, stopped, failed, whole })
            runs.Add(await other.Client.Until(run.Run, now => run == running || now.EndedAt is not null));
        var link = Assert.Single((await other.Client.ListStopLinks(stopped.Run, Cancel)).Links).Actor;

        var said = await other.Axiom("/run-reports");

        var version = typeof(Server.ReinServer).Assembly.GetName().Version!.ToString(3);
        var begun = $"Execution started with Rein version {version} (remotely triggered)";
        string[] descriptions = [begun, $"{begun}\n\nThe run was stopped (manual) by {link}.", $"{begun}\n\nThe run failed: {runs[2].Error}", $"{begun}\n\nThe run completed successfully!"];
        string[] statuses = ["Running", "Failure", "Failure", "Success"];
        var updated = said.Data.GetProperty("reports")[0].GetProperty("updated_at").GetString();
        var expected = runs.Select((run, i) => new JsonObject
        {
            ["task_name"] = run.Workflow, ["status"] = statuses[i], ["description"] = descriptions[i], ["created_at"] = Time(run.CreatedAt), ["updated_at"] = run.EndedAt is { } end ? Time(end) : updated,
        });
        Assert.Equal(
            new JsonObject { ["status"] = "success", ["data"] = new JsonObject { ["reports"] = new JsonArray([.. expected]) } }.ToJsonString(Relaxed), JsonNode.Parse(said.Raw())!.ToJsonString(Relaxed));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", updated);
        Assert.Equal(2, (await other.Axiom("/run-reports", "\"count\":2")).Data.GetProperty("reports").GetArrayLength());
        await other.Trigger(runs[3].Workflow!);
        await other.Trigger(runs[3].Workflow!);
        Assert.Equal(5, (await other.Axiom("/run-reports")).Data.GetProperty("reports").GetArrayLength());
        Assert.Equal(6, (await other.Axiom("/run-reports", "\"count\":100")).Data.GetProperty("reports").GetArrayLength());
        foreach (var count in new[] { 0, 101 })
            Assert.Equal(400, (await other.Axiom("/run-reports", $"\"count\":{count}")).Status);
    }

    static JsonSerializerOptions Relaxed { get; } = new() { Encoder = global::System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", provider: null);

    /// <summary>Nobody reads megabytes of somebody who has no key.</summary>
    [Fact]
    public async Task A_large_trigger_is_read_when_its_key_was_found_in_its_beginning()
    {
        var name = await server.Save("noop");
        var data = $"\"data\":[[\"{new string('x', 100_000)}\"]]";
        var (key, known) = ($"\"key\":\"{server.Key}\"", $"\"name\":\"{name}\"");
        Assert.Equal(200, (await Trigger($"{{{known},{key},{data}}}")).Status);
        Assert.Equal(413, (await Trigger($"{{{data},{key},{known}}}")).Status);
        Assert.Equal(413, (await Trigger(new string('x', 100_000))).Status);
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/axiom/api/v3/trigger") { Content = new StringContent($"{{{data},{known}}}"), Headers = { { "X-API-KEY", server.Key } } })
        using (var response = await server.Http.SendAsync(request, Cancel))
            Assert.Equal(200, (int)response.StatusCode);

        // What stands behind it is not JSON: nobody sees that who does not read it.
        Assert.Equal(401, (await Trigger($"{{\"key\":\"wrong\",{data}}}}}")).Status);
        Assert.Equal(400, (await Trigger($"{{{key},{data}}}}}")).Status);

        Task<Said> Trigger(string body) => server.Ask("POST", "/axiom/api/v3/trigger", body, key: "");
    }

    [Fact]
    public async Task Automations_are_the_workflows_of_the_organization_by_name()
    {
        await using var other = new TestServer();
        await other.InitializeAsync();
        Assert.Equal("""{"status":"success","data":{"names":[]}}""", (await other.Axiom("/list-automations")).Raw());
        foreach (var name in new[] { "b", "a", "c" })
            await other.Client.SaveWorkflow(name, Graph("noop"), cancel: Cancel);
        await other.Client.SaveWorkflow("a", Graph("hold"), cancel: Cancel);
        using var foreign = await other.ConnectForeign();
        await foreign.SaveWorkflow("theirs", Graph("noop"), cancel: Cancel);
        Assert.Equal("""{"status":"success","data":{"names":["a","b","c"]}}""", (await other.Axiom("/list-automations")).Raw());
        Assert.Equal(404, (await other.Axiom("/trigger", "\"name\":\"theirs\"")).Status);
    }
}
