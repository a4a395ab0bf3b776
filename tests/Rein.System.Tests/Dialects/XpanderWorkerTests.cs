using System.Text.Json;
using Rein.Protocol;
using Rein.Steps;
using Rein.System.Tests.Host;
using Rein.System.Tests.Remote;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Workers of xpander: what they are told, what their word counts for, and that a stop is one whatever they say after it.</summary>
public sealed class XpanderWorkerTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_worker_is_registered_told_of_a_task_and_completes_it()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        Assert.Equal(
            "id name organization_id type created_at created_by last_heartbeat dedicated_agent_id parent_asset_id metadata", Told.NamesOf(worker.Registration));
        Assert.Equal(("worker", agent, "Worked"), (
            worker.Registration.GetProperty("type").GetString(), worker.Registration.GetProperty("dedicated_agent_id").GetString(), worker.Registration.GetProperty("metadata").GetProperty("name").GetString()));

        var id = await server.Invoke(agent, """, "additional_context": "c" """);
        var task = await worker.Next("agent-execution");

        Assert.Equal((id, Fields, "c", worker.Id), (
            task.GetProperty("id").GetString(), Told.NamesOf(task), task.GetProperty("additional_context").GetString(), task.GetProperty("worker_id").GetString()));
        Assert.Equal("executing", (await worker.Save(task, "executing", null)).Text("status"));
        var ended = await worker.Save(task, "completed", "all \"done\"");
        Assert.Equal((200, "completed", "all \"done\""), (ended.Status, ended.Text("status"), ended.Text("result")));
        Assert.Equal(ended.Json.GetRawText(), (await server.ReadTask(id)).Json.GetRawText());
        Assert.Equal(("succeeded", 0), (await server.Client.ReadRun(Guid.Parse(id), cancel: Cancel), await Held(worker)) switch { var (run, held) => (run.State, held) });
        var late = await worker.Save(task, "failed", "no");
        Assert.Equal(ended.Json.GetRawText(), late.Json.GetRawText());
    }

    [Fact]
    public async Task What_a_worker_says_after_the_stop_revives_nothing_and_is_the_proof_that_it_is_gone()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        var task = await worker.Next("agent-execution");
        await worker.Save(task, "executing", null);

        var stopped = await server.StopTask(id);

        Assert.Equal((200, ("stopped", true)), (stopped.Status, stopped.Ended));
        var stop = await worker.Next("agent-execution-stop");
        Assert.Equal(("task_id origin kill_in_ms", id, "manual"), (Told.NamesOf(stop), stop.GetProperty("task_id").GetString(), stop.GetProperty("origin").GetString()));
        Assert.InRange(stop.GetProperty("kill_in_ms").GetDouble(), 1, 10_000);
        Assert.Equal(("fenced", 1), (await server.Client.ReadReceipt(Guid.Parse(id), Cancel)) switch { var receipt => (receipt.Verdict, receipt.Unproved) });

        // It has not heard of it, and goes on for a while.
        Assert.Equal(stopped.Json.GetRawText(), (await worker.Save(task, "executing", null)).Json.GetRawText());
        Assert.Equal("fenced", (await server.Client.ReadReceipt(Guid.Parse(id), Cancel)).Verdict);
        var late = await worker.Save(task, "completed", "I am done");

        Assert.Equal((200, stopped.Json.GetRawText()), (late.Status, late.Json.GetRawText()));
        Assert.Equal(stopped.Json.GetRawText(), (await server.ReadTask(id)).Json.GetRawText());
        Assert.Equal(("exited", 0), (await server.Client.ReadReceipt(Guid.Parse(id), Cancel)) switch { var receipt => (receipt.Verdict, receipt.Unproved) });
    }

    [Fact]
    public async Task The_place_of_a_worker_is_free_when_it_is_proved_that_the_task_is_gone_and_not_before()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var tasks = new List<JsonElement>();
        for (var number = 0; number < 6; number++)
        {
            await server.Invoke(agent);
            tasks.Add(await worker.Next("agent-execution"));
        }
        var waiting = await server.Invoke(agent);
        await server.StopTask(tasks[0].GetProperty("id").GetString()!);
        await worker.Next("agent-execution-stop");
        Assert.Equal(("pending", false), ((await server.ReadTask(waiting)).Text("status"), worker.HasMore));

        // It was told so itself, and its code may run on: that it says it again proves nothing.
        await worker.Save(tasks[0], "stopped", null);
        Assert.Equal("fenced", (await server.Client.ReadReceipt(Guid.Parse(tasks[0].GetProperty("id").GetString()!), Cancel)).Verdict);
        Assert.Equal(("pending", false), ((await server.ReadTask(waiting)).Text("status"), worker.HasMore));

        await worker.Save(tasks[0], "completed", null);

        Assert.Equal(waiting, (await worker.Next("agent-execution")).GetProperty("id").GetString());
        foreach (var id in tasks.Select(task => task.GetProperty("id").GetString()!).Append(waiting))
            await server.StopTask(id);
    }

    /// <summary>The handler says it, and then its SDK says it again: by then the task is at its next step.</summary>
    [Fact]
    public async Task A_word_that_is_said_twice_ends_no_step_that_it_is_not_about()
    {
        const string definition = """
            {"nodes":{"root":{"type":"manual","children":["first"]},"first":{"type":"agent","payload":{"pool":"two-steps"},"children":["second"]},"second":{"type":"agent","payload":{"pool":"two-steps"}}}}
            """;
        var agent = (await server.Tell("POST", $"{Rest}/agents", """{"name":"Two","definition":""" + definition + "}")).Text("id")!;
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        var first = await worker.Next("agent-execution");
        Assert.Equal(("first", 1), (first.GetProperty("last_executed_node_id").GetString(), first.GetProperty("execution_attempts").GetInt32()));

        var once = await worker.Save(first, "completed", "one");
        var second = await worker.Next("agent-execution");
        var twice = await worker.Save(once.Json, "completed", "one");

        Assert.Equal(("executing", "first"), (twice.Text("status"), twice.Text("last_executed_node_id")));
        Assert.Equal(("completed", "two"), (await worker.Save(second, "completed", "two")) switch { var ended => (ended.Text("status"), ended.Text("result")) });
        Assert.Equal(id, second.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_step_in_the_body_of_a_loop_is_ended_by_its_worker()
    {
        const string definition = """
            {"nodes":{"root":{"type":"manual","children":["each"]},"each":{"type":"for-each","payload":{"items":[1,2]},"loopBody":["one"],"children":[]},"one":{"type":"agent","payload":{"pool":"looped"}}}}
            """;
        var agent = (await server.Tell("POST", $"{Rest}/agents", """{"name":"Loop","definition":""" + definition + "}")).Text("id")!;
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        for (var number = 0; number < 2; number++)
            await worker.Save(await worker.Next("agent-execution"), "completed", "x");
        await server.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
        Assert.Equal("completed", (await server.ReadTask(id)).Text("status"));
    }

    [Theory]
    [InlineData("""{"type":"agent","payload":{"timeoutSeconds":5}}""", """{"type":"noop"}""")]
    [InlineData("""{"type":"agent","payload":{"pool":"one"}}""", """{"type":"agent","payload":{"pool":"other"}}""")]
    public async Task What_their_workers_cannot_do_is_refused_when_it_is_saved(string first, string second)
    {
        var definition = $$$"""{"nodes":{"root":{"type":"manual","children":["first","second"]},"first":{{{first}}},"second":{{{second}}} } }""";
        var told = await server.Tell("POST", $"{Rest}/agents", $$"""{"name":"x","definition":{{definition}}}""");
        Assert.Equal((422, "body/definition"), (told.Status, told.Fault.Loc));
    }

    [Fact]
    public async Task What_servers_of_tools_are_reached_with_is_told_to_the_worker_alone()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent, """, "mcp_servers": [{ "name": "s", "url": "https://s.example", "api_key": "swordfish", "headers": { "X": ["swordfish"] } }] """);
        var task = await worker.Next("agent-execution");
        Assert.Equal("swordfish", task.GetProperty("mcp_servers")[0].GetProperty("api_key").GetString());
        Assert.Equal("swordfish", (await worker.Save(task, "executing", null))["mcp_servers"][0].GetProperty("headers").GetProperty("X")[0].GetString());
        var reader = (await server.Client.CreateKey(new() { Name = "reader", Scopes = ["read"] }, Cancel)).Key!;
        var read = await server.Tell("GET", $"{Rest}/tasks/{id}", key: reader);
        Assert.Equal("""{"name":"s","url":"https://s.example","api_key":"***","headers":{"X":["***"]}}""", read["mcp_servers"][0].GetRawText());
        Assert.DoesNotContain("swordfish", (await server.StopTask(id)).Json.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", (await server.Tell("GET", $"{Rest}/tasks?agent_id={agent}")).Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_result_of_letters_that_are_not_ASCII_is_one()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        await server.Invoke(agent);
        var text = new string('字', 300_000);
        var ended = await worker.Save(await worker.Next("agent-execution"), "completed", text);
        Assert.Equal(("completed", text), (ended.Text("status"), ended.Text("result")));
    }

    [Fact]
    public async Task A_last_word_counts_whatever_is_said_beside_it()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        await worker.Next("agent-execution");
        var ended = await worker.Update(id, $$"""{"status":"completed","result":"done","title":"{{new string('x', 400_000)}}"}""");
        Assert.Equal((200, "completed", "done", JsonValueKind.Null), (ended.Status, ended.Text("status"), ended.Text("result"), ended["title"].ValueKind));
    }

    [Fact]
    public async Task A_task_whose_status_is_set_to_stopped_is_stopped_where_the_key_may()
    {
        var id = await server.InvokeAndBegin("hold");
        Assert.Equal((200, ("stopped", true)), (await server.Tell("PATCH", $"{Wire}/{id}/update", """{"status":"stopped"}""")) switch { var told => (told.Status, told.Ended) });
        Assert.Equal(("stopped", true), (await server.ReadTask(id)).Ended);
    }

    [Fact]
    public async Task What_its_worker_says_beside_a_stop_is_kept_though_its_key_may_start_nothing()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent, "work", "read", "stop");
        var id = await server.Invoke(agent);
        await worker.NextOf("agent-execution");

        var told = await worker.Update(id, """{"status":"stopped","used_tools":["search"]}""");

        Assert.Equal(("stopped", true), told.Ended);
        Assert.Equal("""["search"]""", (await server.ReadTask(id)).Json.GetProperty("used_tools").GetRawText());
    }

    /// <summary>Stops pass what waits beside them: in some rounds the word is let ahead, or it would never win.</summary>
    [Fact]
    public async Task Of_two_stops_and_a_workers_last_word_at_once_one_has_decided_and_everybody_is_told_the_same()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var winners = new HashSet<string>();
        for (var round = 0; round < 24; round++)
        {
            var id = await server.Invoke(agent);
            JsonElement task;
            while (!((task = (await worker.NextOf("agent-execution"))).GetProperty("id").GetString() == id)) { }
            var word = round % 2 == 0 ? worker.Save(task, "completed", "x") : null;
            if (round % 4 == 0)
                await word!;
            var stops = new[] { server.StopTask(id), server.StopTask(id, bySdk: true) };
            word ??= worker.Save(task, "completed", "x");
            var (first, second, said) = (await stops[0], await stops[1], await word);

            Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
            Assert.Equal(first.Ended, said.Ended);
            Assert.Equal(first.Json.GetRawText(), (await server.ReadTask(id)).Json.GetRawText());
            winners.Add(first.Text("status")!);
        }
        Assert.Equal(["completed", "stopped"], winners.Order());
    }

    [Fact]
    public async Task A_worker_is_heard_about_a_task_that_was_deleted_and_told_that_there_is_none()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        var task = await worker.Next("agent-execution");
        Assert.Equal(204, (await server.Tell("DELETE", $"{Rest}/tasks/{id}")).Status);
        Assert.Equal(404, (await worker.Save(task, "completed", "x")).Status);
        Assert.Equal("exited", (await server.Client.ReadReceipt(Guid.Parse(id), Cancel)).Verdict);
    }

    [Theory]
    [InlineData("error", "error")]
    [InlineData("failed", "failed")]
    [InlineData("stopped", "failed")]
    public async Task A_worker_says_how_a_task_has_failed(string word, string status)
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        var ended = await worker.Save(await worker.Next("agent-execution"), word, "it broke");
        Assert.Equal((200, (status, false)), (ended.Status, ended.Ended));
        Assert.Contains("it broke", ended.Text("result"), StringComparison.Ordinal);
        Assert.Equal(1, (await server.Tell("GET", $"{Rest}/agents/{agent}/tasks?status={status}"))["total"].GetInt32());
        Assert.Equal((status, false), (await server.StopTask(id)).Ended);
    }

    [Fact]
    public async Task A_worker_that_is_busy_is_handed_nothing_until_it_is_not()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        Assert.True((await worker.Say("worker-heartbeat", "\"now\""))["is_open"].GetBoolean());
        Assert.True((await worker.Say("worker-capacity-update", """{"is_busy":true}"""))["is_heard"].GetBoolean());
        var id = await server.Invoke(agent);
        Assert.Equal("pending", (await server.ReadTask(id)).Text("status"));
        Assert.False(worker.HasMore);
        await worker.Say("worker-capacity-update", """{"is_busy":false}""");
        Assert.Equal(id, (await worker.Next("agent-execution")).GetProperty("id").GetString());
        await server.StopTask(id);
    }

    [Fact]
    public async Task What_a_worker_held_that_leaves_is_lost_and_the_task_is_an_error()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        await worker.Next("agent-execution");
        Assert.False((await worker.Say("worker-finished", "{}"))["is_open"].GetBoolean());
        await server.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
        Assert.Equal(("error", false), (await server.ReadTask(id)).Ended);
        Assert.False((await worker.Say("worker-heartbeat"))["is_open"].GetBoolean());
    }

    /// <summary>It says nothing, not even that it is gone: its lease is over at last, and the task with it.</summary>
    [Fact]
    public async Task A_worker_that_falls_silent_is_lost_with_what_it_held()
    {
        var other = new TestServer { Adjust = options => options with { Heartbeat = TimeSpan.FromMilliseconds(100), Lease = TimeSpan.FromSeconds(1) } };
        await other.InitializeAsync();
        await using (other)
        {
            var agent = (await other.Tell("POST", $"{Rest}/agents", """{"name":"Worked"}""")).Text("id")!;
            await using var worker = await XpanderWorker.Connect(other, agent);
            var id = await other.Invoke(agent);
            await worker.Next("agent-execution");
            await worker.HangUp();
            await other.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
            Assert.Equal("error", (await other.ReadTask(id)).Text("status"));
        }
    }

    [Fact]
    public async Task Whoever_starts_a_task_to_execute_it_is_not_told_to()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var made = await server.Tell("POST", $"{Wire}/{agent}", $$$"""{"input":{"text":"x"},"run_locally":true,"worker_id":"{{{worker.Id}}}"}""");
        var told = await server.Invoke(agent);
        Assert.Equal(told, (await worker.Next("agent-execution")).GetProperty("id").GetString());
        Assert.Equal(("completed", "mine"), (await worker.Save(made.Json, "completed", "mine")) switch { var ended => (ended.Text("status"), ended.Text("result")) });
        await server.StopTask(told);
    }

    /// <summary>What is of no pool is for the worker of the server itself.</summary>
    [Theory]
    [InlineData("noop", "no step of the type")]
    [InlineData("agent", "names no pool")]
    public async Task A_worker_of_an_agent_that_has_nothing_for_it_is_told_so(string kind, string why)
    {
        // The kind has to be known before somebody serves it.
        await using var serving = await RemoteWorker.Connect(server, "serves-" + kind, new() { ["agent"] = Hold.Execute });
        var organization = (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/xpander/{organization}/events//{await server.Agent(kind)}?environment=local/") { Headers = { { "x-api-key", server.Key } } };
        using var response = await server.Http.SendAsync(request, Cancel);
        var told = await response.Content.ReadAsStringAsync(Cancel);
        Assert.StartsWith("event: worker-environment-conflict\n", told, StringComparison.Ordinal);
        Assert.Contains(why, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_is_heard_in_its_organization_and_of_an_agent_that_there_is()
    {
        var organization = (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;
        Assert.Equal(404, (await server.Tell("GET", $"/xpander/{organization}/events//{NewId()}?environment=local/")).Status);
        Assert.Equal(403, (await server.Tell("GET", $"/xpander/{NewId()}/events//{await Create()}?environment=local/")).Status);
        Assert.Equal(403, (await server.Tell("POST", $"/xpander/{NewId()}/events//{NewId()}?type=worker", "{}")).Status);
        Assert.Equal(422, (await server.Tell("POST", $"/xpander/{organization}/events//x?type=worker", "{}")).Status);
    }

    [Fact]
    public async Task A_worker_of_somebody_else_neither_sees_nor_ends_a_task()
    {
        var agent = await Create();
        await using var worker = await XpanderWorker.Connect(server, agent);
        var id = await server.Invoke(agent);
        var task = await worker.Next("agent-execution");
        var foreign = (await server.Client.CreateOrganization("o" + Guid.Parse(id).ToString("N"), Cancel)).Key!.Key!;
        Assert.Equal(403, (await server.Tell("PATCH", $"{Wire}/{id}/update", """{"status":"completed"}""", foreign)).Status);
        var client = (await server.Client.CreateKey(new() { Name = "client", Scopes = ["read", "start", "stop"] }, Cancel)).Key!;
        Assert.Equal(200, (await server.Tell("PATCH", $"{Wire}/{id}/update", """{"status":"completed","title":"mine"}""", client)).Status);
        Assert.Equal(("executing", "mine"), (await server.ReadTask(id)) switch { var now => (now.Text("status"), now.Text("title")) });
        Assert.Equal("completed", (await worker.Save(task, "completed", "x")).Text("status"));
    }

    /// <summary>Self-hosted: the agent's step is executed by a worker of ours at the other end of a real connection.</summary>
    [Fact]
    public async Task A_stop_reaches_a_remote_pool_and_is_proved()
    {
        await using var worker = await RemoteWorker.Connect(server, "self-hosted", new() { ["agent"] = Hold.Execute });
        var agent = await server.Agent("agent", """, "payload": { "pool": "self-hosted" }""");
        var id = await server.Invoke(agent);
        await server.Client.UntilAssigned(Guid.Parse(id), "work");
        // It is no worker of theirs: nobody but itself says what it has come to.
        Assert.Equal("executing", (await server.Tell("PATCH", $"{Wire}/{id}/update", """{"status":"completed"}""")).Text("status"));

        var told = await server.StopTask(id);

        Assert.Equal((200, ("stopped", true)), (told.Status, told.Ended));
        var receipt = await server.Client.Stop(Guid.Parse(id), wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        Assert.Equal(("exited", "asked"), (receipt.Stop!.Verdict, receipt.Stop!.Rung));
    }

    async Task<string> Create() => (await server.Tell("POST", $"{Rest}/agents", """{"name":"Worked"}""")).Text("id")!;

    /// <summary>How many places of a worker are taken.</summary>
    async Task<int> Held(XpanderWorker worker) => (await server.Client.ReadSession(Guid.Parse(worker.Id), Cancel)).Held;
}
