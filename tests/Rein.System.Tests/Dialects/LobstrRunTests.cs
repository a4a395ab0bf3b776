using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rein.Protocol;
using Rein.System.Tests.Clock;
using Rein.System.Tests.Examples;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.LobstrCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What clients of lobstr.io do with runs beside aborting them.</summary>
public sealed class LobstrRunTests(TestServer server) : IClassFixture<TestServer>
{
    const string A = """{"url":"https://example.com/a"}""";
    const string B = """{"url":"https://example.com/b"}""";
    const string Active = """{"error":{"message":"A run is already active for this squid","type":"validation_error","param":"squid"}}""";

    [Fact]
    public async Task A_start_is_answered_with_a_pending_run_and_it_begins_with_the_tasks_of_its_squid()
    {
        var squid = await server.Squid("collect", A, B);
        var said = (await server.Start(squid)).Ok();
        var run = await server.Client.ReadRun(Run(said.Text("id")!), cancel: Cancel);
        Assert.Equal(
            $$"""
            {"id":"{{run.Id:N}}","object":"run","squid":"{{squid}}","is_done":false,"started_at":"{{Time(run.CreatedAt)}}","total_results":0,"total_unique_results":0,
            "next_launch_at":null,"ended_at":null,"duration":0.0,"credit_used":0.0,"origin":"user","force_launch":false,"status":"pending","export_done":null,"export_count":0,
            "export_time":null,"email_done":null,"email_time":null,"created_at":"{{Time(run.CreatedAt)}}","done_reason":null,"done_reason_desc":null}
            """.Replace("\n", "", StringComparison.Ordinal),
            said.Raw);
        await server.Client.UntilAssigned(run.Id, "task[0]");
        Assert.Equal("running", (await server.Lobstr("GET", $"/v1/runs/{run.Id:N}")).Text("status"));
        Assert.Equal([A, B], (await server.Lobstr("GET", $"/v1/runtasks?run={run.Id:N}")).Ok().Data.Select(task => task.GetProperty("params").GetRawText()));
    }

    [Fact]
    public async Task One_run_of_a_squid_is_active_and_an_abort_makes_room_for_the_next_start()
    {
        var squid = await server.Squid("hold", A);
        for (var round = 0; round < 5; round++)
        {
            var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.Start(squid)));
            var started = Assert.Single(both, said => said.Status == 200);
            Assert.All(both.Where(said => said != started), said => Assert.Equal((400, Active), (said.Status, said.Raw)));
            (await server.Lobstr("POST", $"/v1/runs/{started.Text("id")}/abort")).Ok();
        }
        (await server.Start(squid)).Ok();
    }

    [Fact]
    public async Task A_workflow_that_was_saved_natively_is_a_squid_with_one_active_run_however_that_was_started()
    {
        var (name, squid) = await server.SaveNatively("hold");
        var both = await Task.WhenAll(server.Start(squid), server.Start(squid), server.Start(squid));
        var started = Assert.Single(both, said => said.Status == 200);
        Assert.All(both.Where(said => said != started), said => Assert.Equal((400, Active), (said.Status, said.Raw)));
        (await server.Lobstr("POST", $"/v1/runs/{started.Text("id")}/abort")).Ok();

        var native = await server.Client.Start(name, cancel: Cancel);
        Assert.Equal((400, Active), (await server.Start(squid)) switch { var said => (said.Status, said.Raw) });
        (await server.Lobstr("POST", $"/v1/runs/{native.Id:N}/abort")).Ok();
        var last = (await server.Start(squid)).Ok().Text("id");
        Assert.Equal([last, native.Id.ToString("N"), started.Text("id")], (await server.Lobstr("GET", $"/v1/runs?squid={squid}")).Data.Select(run => run.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_squid_without_tasks_is_done_at_once_and_one_without_room_or_inactive_does_not_start()
    {
        var empty = (await server.Start(await server.Squid("hold"))).Ok();
        Assert.Equal(("done", "tasks_done", true, 0L), (empty.Text("status"), empty.Text("done_reason"), empty.Flag("is_done"), empty.Whole("total_results")));

        var idle = await server.Squid("hold", A);
        (await server.Lobstr("POST", $"/v1/squids/{idle}", """{"is_active":false}""")).Ok();
        Assert.Equal((400, "Squid is not active"), (await server.Start(idle)) switch { var said => (said.Status, said.Json.GetProperty("error").GetProperty("message").GetString()) });

        var name = await server.Save("hold");
        var shut = await server.Client.SaveWorkflow(name, Graph("hold"), maxRunning: 0, cancel: Cancel);
        Assert.Contains("no room", (await server.Start(shut.Id.ToString("N"))).Raw, StringComparison.Ordinal);

        var needs = await server.Client.SaveWorkflow(name + "i", JsonElement.Parse("""{"nodes":{"root":{"type":"manual"}},"inputSchema":[{"key":"city","type":"string","required":true}]}"""), cancel: Cancel);
        Assert.Contains("Squid is not ready", (await server.Start(needs.Id.ToString("N"))).Raw, StringComparison.Ordinal);
        (await server.Lobstr("POST", $"/v1/squids/{needs.Id:N}", """{"params":{"city":"Lyon"}}""")).Ok();
        Assert.Equal("done", (await server.Start(needs.Id.ToString("N"))).Ok().Text("status"));
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_page_by_page()
    {
        var squid = await server.Squid("noop");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, (await server.Start(squid)).Ok().Text("id")!);
        var page = (await server.Lobstr("GET", $"/v1/runs?squid={squid}&limit=2&page=2&unknown=x%26y")).Ok();
        Assert.Equal(
            ["total_results", "limit", "page", "total_pages", "result_from", "result_to", "data", "next", "previous"], page.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal((5L, 2L, 2L, 3L, 3L, 4L), (page.Whole("total_results"), page.Whole("limit"), page.Whole("page"), page.Whole("total_pages"), page.Whole("result_from"), page.Whole("result_to")));
        Assert.Equal(ids[2..4], page.Data.Select(run => run.GetProperty("id").GetString()));
        Assert.Equal(LobstrAbortTests.Fields, page.Data[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal($"{server.Url}/lobstr/v1/runs?squid={squid}&limit=2&unknown=x%26y&page=3", page.Text("next"));
        Assert.Equal($"{server.Url}/lobstr/v1/runs?squid={squid}&limit=2&unknown=x%26y&page=1", page.Text("previous"));
        var last = (await server.Lobstr("GET", new Uri(page.Text("next")!).PathAndQuery[Mount.Length..])).Ok();
        Assert.Equal((ids[4], null, 5L), (last.Data.Single().GetProperty("id").GetString(), last.Text("next"), last.Whole("result_to")));
        var behind = (await server.Lobstr("GET", $"/v1/runs?squid={squid}&page=1000000&page_size=3000")).Ok();
        Assert.Equal((0L, 0L, 100L, 0), (behind.Whole("result_from"), behind.Whole("result_to"), behind.Whole("limit"), behind.Data.Count));
        Assert.EndsWith("&page=1", behind.Text("previous"), StringComparison.Ordinal);
        Assert.Equal((400, "page"), (await server.Lobstr("GET", "/v1/runs?page=0")) switch { var said => (said.Status, said.Json.GetProperty("error").GetProperty("param").GetString()) });
        Assert.Equal((404, "squid"), (await server.Lobstr("GET", "/v1/runs?squid=nobodys")) switch { var said => (said.Status, said.Json.GetProperty("error").GetProperty("param").GetString()) });
        Assert.True((await server.Lobstr("GET", "/v1/runs")).Ok().Whole("total_results") >= 5);
    }

    [Fact]
    public async Task Stats_tell_how_far_a_run_is_while_it_goes_on_and_afterwards()
    {
        var squid = await server.Squid("collect", A, B);
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.UntilCollected(hash, 3);
        var tasks = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data;
        var now = (await server.Lobstr("GET", $"/v1/runs/{hash}/stats")).Ok();
        Assert.Equal(
            [
                "id", "object", "duration", "started_at", "ended_at", "eta", "is_done", "percent_done", "total_results", "total_tasks", "total_tasks_done", "total_tasks_left", "current_task",
                "results_total", "results_done", "updated_at",
            ],
            now.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("∞", false, "0%", 3L, 2L, 0L, 2L), (now.Text("eta"), now.Flag("is_done"), now.Text("percent_done"), now.Whole("total_results"), now.Whole("total_tasks"), now.Whole("total_tasks_done"), now.Whole("total_tasks_left")));
        Assert.Equal(tasks[0].GetProperty("id").GetString(), now.Text("current_task"));
        Assert.Equal((JsonValueKind.Null, 3L), (now.Json.GetProperty("results_total").ValueKind, now.Whole("results_done")));
        Assert.True(TimeSpan.Parse(now.Text("duration")!, CultureInfo.InvariantCulture) > TimeSpan.Zero);
        Assert.Equal((3L, 3L), (await server.Lobstr("GET", $"/v1/runs/{hash}")).Ok() switch { var run => (run.Whole("total_results"), run.Whole("total_unique_results")) });
        Assert.Equal((3L, 3), (await server.Lobstr("GET", $"/v1/results?run={hash}")).Ok() switch { var results => (results.Whole("total_results"), results.Data.Count) });

        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        var after = (await server.Lobstr("GET", $"/v1/runs/{hash}/stats")).Ok();
        Assert.Equal((true, "0%", 3L, ""), (after.Flag("is_done"), after.Text("percent_done"), after.Whole("results_total"), after.Text("current_task")));
        Assert.Equal((await server.Client.ReadRun(Run(hash), cancel: Cancel)).Usage.RunSeconds, TimeSpan.Parse(after.Text("duration")!, CultureInfo.InvariantCulture).TotalSeconds, 6);
        Assert.Equal(404, (await server.Lobstr("GET", "/v1/runs/nobodys/stats")).Status);
    }

    [Fact]
    public async Task Every_task_of_a_run_says_what_has_become_of_it()
    {
        var squid = await server.Squid("leak", """{"text":"works"}""", """{"no":"text"}""", """{"text":"works too"}""");
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"params":{"text":"{{$item.params.text}}"},"concurrency":2}""")).Ok();
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.UntilExported(hash);
        var run = (await server.Lobstr("GET", $"/v1/runs/{hash}")).Ok();
        Assert.Equal(("done", "tasks_done", "Some of it has failed.", 4L), (run.Text("status"), run.Text("done_reason"), run.Text("done_reason_desc"), run.Whole("total_results")));
        var listed = (await server.Lobstr("GET", $"/v1/runtasks?run={hash}&limit=100")).Ok();
        Assert.Equal(3, listed.Whole("total_results"));
        Assert.Equal(
            ["object", "id", "started_at", "ended_at", "total_results", "last_result", "done_reason", "status", "run", "task", "params", "done_reason_desc"],
            listed.Data[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            [("done", "tasks_done", 2L), ("error", "error", 0L), ("done", "tasks_done", 2L)],
            listed.Data.Select(task => (task.GetProperty("status").GetString(), task.GetProperty("done_reason").GetString(), task.GetProperty("last_result").GetInt64())));
        Assert.Equal((await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data.Select(task => task.GetProperty("id").GetString()), listed.Data.Select(task => task.GetProperty("task").GetString()));
        Assert.Equal(3, listed.Data.Select(task => task.GetProperty("id").GetString()).Distinct().Count());
        var stats = (await server.Lobstr("GET", $"/v1/runs/{hash}/stats")).Ok();
        Assert.Equal(("100%", 3L, 0L), (stats.Text("percent_done"), stats.Whole("total_tasks_done"), stats.Whole("total_tasks_left")));
    }

    [Fact]
    public async Task Tasks_of_an_aborted_run_are_aborted_those_too_that_never_began()
    {
        var hash = await server.Begin("collect", A, B);
        await server.UntilCollected(hash, 3);
        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        var tasks = (await server.Lobstr("GET", $"/v1/runtasks?run={hash}")).Ok().Data;
        Assert.All(tasks, task => Assert.Equal(("aborted", "run_aborted"), (task.GetProperty("status").GetString(), task.GetProperty("done_reason").GetString())));
        Assert.Equal([(3L, false), (0L, true)], tasks.Select(task => (task.GetProperty("last_result").GetInt64(), task.GetProperty("started_at").ValueKind is JsonValueKind.Null)));
    }

    [Fact]
    public async Task What_a_run_has_used_is_told_by_kind()
    {
        var hash = await server.Begin("collect", A, B);
        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        var (said, run) = ((await server.Lobstr("GET", $"/v1/runs/{hash}/credits")).Ok(), await server.Client.ReadRun(Run(hash), cancel: Cancel));
        Assert.Equal(
            $$"""{"run_id":"{{hash}}","total_credits":{{Number(run.Usage.Credits)}},"total_results":{{run.Items}},"breakdown":[{"function":"collect","credits":{{Number(run.Usage.Credits)}},"attempts":1}],"rates":{"collect":1} }""".Replace(" }", "}", StringComparison.Ordinal),
            said.Raw);
        Assert.Equal((404, """{"detail":"Run not found."}"""), (await server.Lobstr("GET", "/v1/runs/nobodys/credits")) switch { var none => (none.Status, none.Raw) });
    }

    [Fact]
    public async Task Results_are_read_page_by_page_of_a_run_of_a_squid_and_of_a_task()
    {
        var squid = await server.Squid("emit", """{"n":1}""", """{"n":2}""");
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"params":{"emits":"[{\"id\":\"theirs\",\"x\":1},2,\"three\"]"}}""")).Ok();
        var runs = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            runs.Insert(0, (await server.Start(squid)).Ok().Text("id")!);
            await server.UntilExported(runs[0]);
        }
        var all = (await server.Lobstr("GET", $"/v1/results?squid={squid}")).Ok();
        Assert.Equal(12, all.Whole("total_results"));
        Assert.Equal(12, all.Data.Select(result => result.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(all.Data, result => Assert.Matches("^[0-9a-f]{32}$", result.GetProperty("id").GetString()!));
        Assert.Equal(Enumerable.Repeat(runs[0], 6).Concat(Enumerable.Repeat(runs[1], 6)), all.Data.Select(result => result.GetProperty("run").GetString()));
        Assert.Equal(
            $$"""{"id":"{{all.Data[0].GetProperty("id").GetString()}}","object":"result","squid":"{{squid}}","run":"{{runs[0]}}","item_id":"theirs","x":1}""", all.Data[0].GetRawText());
        Assert.Equal(("2", "\"three\""), (all.Data[1].GetProperty("value").GetRawText(), all.Data[2].GetProperty("value").GetRawText()));
        var paged = new List<string>();
        for (var path = $"/v1/results?squid={squid}&page_size=5"; path is not null;)
        {
            var page = (await server.Lobstr("GET", path)).Ok();
            paged.AddRange(page.Data.Select(result => result.GetRawText()));
            path = page.Text("next") is { } next ? new Uri(next).PathAndQuery[Mount.Length..] : null;
        }
        Assert.Equal(all.Data.Select(result => result.GetRawText()), paged);

        var task = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data[1].GetProperty("id").GetString();
        var ofTask = (await server.Lobstr("GET", $"/v1/results?run={runs[1]}&task={task}&limit=2&page=2")).Ok();
        Assert.Equal((3L, 1, "\"three\""), (ofTask.Whole("total_results"), ofTask.Data.Count, ofTask.Data[0].GetProperty("value").GetRawText()));
        var ofTasks = (await server.Lobstr("GET", $"/v1/results?squid={squid}&task={task}")).Ok();
        Assert.Equal((6L, runs[0], runs[1]), (ofTasks.Whole("total_results"), ofTasks.Data[0].GetProperty("run").GetString(), ofTasks.Data[5].GetProperty("run").GetString()));
        Assert.Equal(ofTasks.Data.Select(result => result.GetRawText()), (await server.Lobstr("GET", $"/v1/results?task={task}")).Ok().Data.Select(result => result.GetRawText()));
        Assert.Equal((404, "task"), (await server.Lobstr("GET", "/v1/results?task=nobodys")) switch { var none => (none.Status, none.Json.GetProperty("error").GetProperty("param").GetString()) });
        Assert.Equal(0, (await server.Lobstr("GET", $"/v1/results?squid={squid}&task=nobodys")).Ok().Whole("total_results"));
        foreach (var wrong in new[] { "", $"?squid={squid}&run={runs[0]}" })
            Assert.Equal(400, (await server.Lobstr("GET", $"/v1/results{wrong}")).Status);
    }

    [Fact]
    public async Task The_file_of_a_run_is_read_without_a_key_for_an_hour()
    {
        var squid = await server.Squid("collect", A);
        var hash = (await server.Start(squid)).Ok().Text("id")!;
        await server.UntilCollected(hash, 3);
        Assert.Equal(
            (404, """{"error":{"message":"Run not found or export not ready","type":"not_found_error","param":"run_hash"}}"""),
            (await server.Lobstr("GET", $"/v1/runs/{hash}/download")) switch { var said => (said.Status, said.Raw) });
        (await server.Lobstr("POST", $"/v1/runs/{hash}/abort")).Ok();
        await server.UntilExported(hash);

        var address = (await server.Lobstr("GET", $"/v1/runs/{hash}/download")).Ok().Text("s3")!;
        using var file = await server.Http.GetAsync(new Uri(address), Cancel);
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (file.StatusCode, file.Content.Headers.ContentType!.MediaType));
        Assert.Equal(4, (await file.Content.ReadAsStringAsync(Cancel)).TrimEnd().Split('\n').Length);
        var other = await server.Begin("hold", A);
        foreach (var wrong in new[] { address.Replace("signature=", "signature=x", StringComparison.Ordinal), address.Replace("expires=", "expires=9", StringComparison.Ordinal), address.Replace(hash, other, StringComparison.Ordinal), address.Split('?')[0] })
            Assert.Equal(404, (int)(await server.Http.GetAsync(new Uri(wrong), Cancel)).StatusCode);
        Assert.Equal(404, (await server.Lobstr("GET", $"/v1/exports/{hash}", key: await ForeignKey())).Status);
    }

    /// <summary>What was written before the door was narrow is read like what has come through it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Half_a_character_is_a_mark_in_its_place_for_whoever_reads_and_keeps_nobody_from_a_stop(bool isOld)
    {
        const string Items = """["\ud83d",{"\uDE00":"x\ud83dy"},"\ud83d\ude00 \\ud83d"]""";
        const string Result = """{"text":"\ud83d","used_tools":["\ude00"]}""";
        var payload = JsonSerializer.Serialize(new { emits = isOld ? "[1,2,3]" : Items, comesTo = isOld ? "{}" : Result });
        var definition = JsonElement.Parse(
            $$$"""{"nodes":{"root":{"type":"manual","children":["say"]},"say":{"type":"emit","payload":{{{payload}}},"children":["rest"]},"rest":{"type":"hold"} } }""");
        var run = (await server.Client.StartInline(new() { Definition = definition }, cancel: Cancel)).Id;
        await server.Client.UntilAssigned(run, "rest");
        if (isOld)
            await server.BreakStore($$"""
                DROP TRIGGER steps_stay_ended; UPDATE steps SET result = '{{Result}}' WHERE id = 'say' AND run = x'{{run:N}}';
                UPDATE items SET json = '"\ud83d"' WHERE seq = 1 AND run = x'{{run:N}}'; UPDATE items SET json = '{"\uDE00":"x\ud83dy"}' WHERE seq = 2 AND run = x'{{run:N}}';
                UPDATE items SET json = '"\ud83d\ude00 \\ud83d"' WHERE seq = 3 AND run = x'{{run:N}}'
                """);

        Assert.Equal(["\"\ufffd\"", "{\"\ufffd\":\"x\ufffdy\"}", "\"\ud83d\ude00 \\\\ud83d\""], (await server.Client.ReadItems(run, cancel: Cancel)).Items.Select(item => Plain(item.Value)));
        Assert.Equal("{\"text\":\"\ufffd\",\"used_tools\":[\"\ufffd\"]}", Plain((await server.Client.ReadRun(run, cancel: Cancel)).Steps!.Single(step => step.Id == "say").Result!.Value));
        using (var lines = await server.Send(HttpMethod.Get, $"/v1/runs/{run}/items?format=ndjson"))
            Assert.Equal(isOld, (await lines.Content.ReadAsStringAsync(Cancel)).StartsWith("\"\\ud83d\"", StringComparison.Ordinal));
        var results = (await server.Lobstr("GET", $"/v1/results?run={run:N}")).Ok().Data;
        Assert.Equal(["\ufffd", "\ud83d\ude00 \\ud83d"], new[] { results[0], results[2] }.Select(one => one.GetProperty("value").GetString()));
        Assert.Equal("x\ufffdy", results[1].GetProperty("\ufffd").GetString());

        var said = await server.Ask("POST", $"/b3os/v1/runs/run_{run:N}/cancel");
        Assert.Equal((200, "cancelled", "\ufffd"), (said.Status, said.Text("status"), said.Data.GetProperty("executionState").GetProperty("say").GetProperty("result").GetProperty("text").GetString()));
        Assert.Equal(200, (await server.Ask("GET", $"/b3os/v1/runs/run_{run:N}")).Status);

        static string Plain(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Select(member => $"\"{member.Name}\":{Plain(member.Value)}")) + "}",
            JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Plain)) + "]",
            _ => "\"" + value.GetString()!.Replace("\\", "\\\\", StringComparison.Ordinal) + "\"",
        };
    }

    /// <summary>A task tells what its last step came to.</summary>
    [Fact]
    public async Task Half_a_character_keeps_no_task_from_being_read_listed_or_stopped()
    {
        var payload = JsonSerializer.Serialize(new { emits = "[]", comesTo = """{"text":"\ud83d","used_tools":["\ude00"]}""" });
        var run = (await server.Client.StartInline(new() { Definition = Graph("emit", $$""", "payload": {{payload}}""") }, cancel: Cancel)).Id;
        await server.Client.Until(run, now => now.EndedAt is not null);
        foreach (var told in new[] { await server.ReadTask(run.ToString()), await server.StopTask(run.ToString()) })
            Assert.Equal((200, "completed", "\ufffd"), (told.Status, told.Text("status"), told["used_tools"][0].GetString()));
        Assert.Equal(200, (await server.Tell("GET", $"{XpanderCalls.Rest}/tasks")).Status);
    }

    [Fact]
    public async Task The_address_of_a_file_holds_for_an_hour()
    {
        var clock = new SetClock();
        var other = new TestServer { Adjust = options => options with { Time = clock } };
        await other.InitializeAsync();
        await using (other)
        {
            var hash = (await other.Start(await other.Squid("emit", """{"n":1}"""))).Ok().Text("id")!;
            await other.UntilExported(hash);
            var address = new Uri((await other.Lobstr("GET", $"/v1/runs/{hash}/download")).Ok().Text("s3")!);
            clock.Set(TimeSpan.FromMinutes(59));
            Assert.Equal(HttpStatusCode.OK, (await other.Http.GetAsync(address, Cancel)).StatusCode);
            clock.Set(TimeSpan.FromMinutes(2));
            Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync(address, Cancel)).StatusCode);
        }
    }

    async Task<string> ForeignKey() => (await server.Client.CreateOrganization($"o{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", Cancel)).Key!.Key!;
}
