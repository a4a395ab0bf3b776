using System.Text.Json;
using Rein.Core.Stores;
using Rein.System.Tests.Examples;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.LobstrCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Squids, their tasks, and what they are made of.</summary>
public sealed class LobstrSquidTests(TestServer server) : IClassFixture<TestServer>
{
    const string A = """{"url":"https://example.com/a"}""";

    [Fact]
    public async Task A_squid_is_made_of_a_kind_read_changed_and_listed()
    {
        var made = (await server.Lobstr("POST", "/v1/squids", """{"crawler":"collect","name":"Prix à Lyon","unknown":1}""")).Ok();
        Assert.Equal(
            [
                "id", "object", "name", "created_at", "is_active", "is_ready", "crawler", "crawler_name", "concurrency", "params", "last_run", "last_run_status", "last_run_at",
                "last_run_done_reason", "total_runs",
            ],
            made.Json.EnumerateObject().Select(field => field.Name));
        var id = made.Text("id")!;
        Assert.Equal(("Prix à Lyon", true, false, "collect", 1L, 0L), (made.Text("name"), made.Flag("is_active"), made.Flag("is_ready"), made.Text("crawler_name"), made.Whole("concurrency"), made.Whole("total_runs")));
        Assert.Matches("^[0-9a-f]{32}$", made.Text("crawler")!);
        Assert.Equal(made.Raw, (await server.Lobstr("GET", $"/v1/squids/{id}")).Ok().Raw);

        var changed = (await server.Lobstr("POST", $"/v1/squids/{id}", """{"name":"Prices","concurrency":3,"params":{"a":1,"b":null},"to_complete":5,"accounts":[]}""")).Ok();
        Assert.Equal(("Prices", 3L, """{"a":1,"b":null}"""), (changed.Text("name"), changed.Whole("concurrency"), changed.Json.GetProperty("params").GetRawText()));
        (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{id}}","tasks":[{{A}}]}""")).Ok();
        var run = (await server.Start(id)).Ok().Text("id")!;
        await server.Client.UntilAssigned(Run(run), "task[0]");
        var busy = (await server.Lobstr("GET", $"/v1/squids/{id}")).Ok();
        Assert.Equal((true, run, "RUNNING", 1L), (busy.Flag("is_ready"), busy.Text("last_run"), busy.Text("last_run_status"), busy.Whole("total_runs")));
        var begun = await server.Client.ReadRun(Run(run), cancel: Cancel);
        Assert.Equal((Time((await server.Client.ReadWorkflow(begun.Workflow!, version: 1, cancel: Cancel)).SavedAt), Time(begun.StartedAt)), (made.Text("created_at"), busy.Text("last_run_at")));
        (await server.Lobstr("POST", $"/v1/runs/{run}/abort")).Ok();
        await server.UntilExported(run);
        Assert.Equal(("ABORTED", "aborted"), (await server.Lobstr("GET", $"/v1/squids/{id}")) switch { var idle => (idle.Text("last_run_status"), idle.Text("last_run_done_reason")) });

        var listed = (await server.Lobstr("GET", "/v1/squids?name=PRICES&limit=1")).Ok();
        Assert.Equal((1L, id), (listed.Whole("total_results"), listed.Data.Single().GetProperty("id").GetString()));
        Assert.True((await server.Lobstr("GET", "/v1/squids")).Ok().Whole("total_results") >= 1);
    }

    [Theory]
    [InlineData("""{"concurrency":21}""", "concurrency")]
    [InlineData("""{"concurrency":0}""", "concurrency")]
    [InlineData("""{"params":[]}""", "params")]
    [InlineData("""{"params":{"a":"{{nobody.result}}"}}""", "params")]
    [InlineData("""{"cron_expression":"0 9 * * 1"}""", "cron_expression")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("[]", "")]
    public async Task What_cannot_be_said_of_a_squid_is_refused_and_changes_nothing(string body, string param)
    {
        var id = await server.Squid("collect");
        var before = (await server.Lobstr("GET", $"/v1/squids/{id}")).Raw;
        var said = await server.Lobstr("POST", $"/v1/squids/{id}", body);
        Assert.Equal((400, "validation_error", param), (said.Status, Error(said, "type"), Error(said, "param")));
        Assert.Equal(before, (await server.Lobstr("GET", $"/v1/squids/{id}")).Raw);
    }

    [Fact]
    public async Task Params_of_a_crawl_are_looked_at_before_anything_runs()
    {
        var id = await server.Squid("crawl");
        var said = await server.Lobstr("POST", $"/v1/squids/{id}", """{"params":{"max_results":5,"fetch_since":"7d"}}""");
        Assert.Equal((400, "params"), (said.Status, Error(said, "param")));
        Assert.Contains("fetch_since", Error(said, "message"), StringComparison.Ordinal);
        (await server.Lobstr("POST", $"/v1/squids/{id}", """{"params":{"max_results":5,"fetch_since":null,"fields":{"heading":"h1"}}}""")).Ok();
        var name = (await server.Client.ListWorkflows(limit: 500, cancel: Cancel)).Workflows.Single(workflow => workflow.Id.ToString("N") == id).Name;
        var crawl = (await server.Client.ReadWorkflow(name, cancel: Cancel)).Definition!.Value.GetProperty("nodes").GetProperty("task").GetProperty("payload");
        (await server.Lobstr("POST", $"/v1/squids/{id}", """{"params":{"max_results":7,"max_pages":3,"maxPages":5,"delay_ms":1,"delayMs":2}}""")).Ok();
        var both = (await server.Client.ReadWorkflow(name, cancel: Cancel)).Definition!.Value.GetProperty("nodes").GetProperty("task").GetProperty("payload");
        Assert.Equal((3, 2), (both.GetProperty("maxPages").GetInt32(), both.GetProperty("delayMs").GetInt32()));
        var noNumber = await server.Lobstr("POST", $"/v1/squids/{id}", """{"params":{"max_results":5,"max_pages":"three"}}""");
        Assert.Equal((400, "params"), (noNumber.Status, Error(noNumber, "param")));
        Assert.Contains("maxPages", Error(noNumber, "message"), StringComparison.Ordinal);
        Assert.Equal((5, "h1", 1), (crawl.GetProperty("maxPages").GetInt32(), crawl.GetProperty("fields").GetProperty("heading").GetString(), crawl.GetProperty("startUrls").GetArrayLength()));
        foreach (var wrong in new[] { """{"x":1}""", """{"url":"ftp://example.com"}""", """{"url":5}""", """{"url":"https://example.com","depth":1}""", """{"url":"https://me:pw@example.com"}""", "{}", "3" })
            Assert.Equal((400, "tasks"), (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{id}}","tasks":[{{A}},{{wrong}}]}""")) switch { var no => (no.Status, Error(no, "param")) });
        Assert.Equal(0, (await server.Lobstr("GET", $"/v1/tasks?squid={id}")).Whole("total_results"));
    }

    [Fact]
    public async Task A_squid_is_made_of_a_workflow_and_leaves_it_alone()
    {
        var (name, template) = await server.SaveNatively("hold");
        foreach (var crawler in new[] { name, template })
        {
            var made = (await server.Lobstr("POST", "/v1/squids", $$"""{"crawler":"{{crawler}}"}""")).Ok();
            Assert.Equal((template, name, name, true), (made.Text("crawler"), made.Text("crawler_name"), made.Text("name"), made.Flag("is_ready")));
            Assert.NotEqual(template, made.Text("id"));
            Assert.Equal(400, (await server.Lobstr("POST", $"/v1/squids/{made.Text("id")}", """{"concurrency":2}""")).Status);
            (await server.Start(made.Text("id")!)).Ok();
        }
        Assert.Equal(0, (await server.Lobstr("GET", $"/v1/squids/{template}")).Ok().Whole("total_runs"));
        foreach (var wrong in new[] { """{"crawler":"nobody"}""", """{"crawler":"for-each"}""", """{"crawler":"drill"}""", """{"name":"x"}""" })
            Assert.Equal((400, "crawler"), (await server.Lobstr("POST", "/v1/squids", wrong)) switch { var said => (said.Status, Error(said, "param")) });
    }

    [Theory]
    [InlineData("""{"q":"a=1&b=2"}""", """{"q":"a=1\u0026b=2"}""")]
    [InlineData("""{"q":"Besançon <'+'>"}""", """{"q":"Besançon <'+'>"}""")]
    [InlineData("""{"q":{"a":[1,{"b":2,"c":"é"}],"d":null}}""", """{"q":{"d":null,"a":[1,{"c":"\u00e9","b":2}]}}""")]
    public async Task A_task_that_is_the_same_in_other_letters_is_not_added_again(string task, string again)
    {
        var squid = await server.Squid("collect", task);
        Assert.Equal(1, (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{again}}]}""")).Ok().Whole("duplicated_count"));
        Assert.Single((await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Ok().Data);
    }

    [Fact]
    public async Task A_definition_that_somebody_else_has_saved_is_not_replaced_by_what_is_said_of_the_squid()
    {
        var squid = await server.Squid("collect");
        var workflow = (await server.Client.ListWorkflows(cancel: Cancel)).Workflows.Single(one => one.Id.ToString("N") == squid).Name;
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"name":"as it is made"}""")).Ok();
        Assert.Equal(1, (await server.Client.ReadWorkflow(workflow, cancel: Cancel)).Version);

        await server.Client.SaveWorkflow(workflow, Graph("hold"), cancel: Cancel);
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"name":"renamed"}""")).Ok();
        var refused = await server.Lobstr("POST", $"/v1/squids/{squid}", """{"concurrency":3}""");
        Assert.Equal((400, "params"), (refused.Status, Error(refused, "param")));
        Assert.Equal(2, (await server.Client.ReadWorkflow(workflow, cancel: Cancel)).Version);
    }

    [Fact]
    public async Task Whatever_is_said_by_another_dialect_meanwhile_no_task_is_lost()
    {
        var squid = await server.Squid("collect");
        var tasks = Enumerable.Range(0, 30).Select(n => server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{"n":{{n}}}]}"""));
        var words = Enumerable.Range(0, 30).Select(n => server.Ask("PUT", $"/b3os/v1/workflows/wf_{squid}", $$"""{"description":"{{n}}"}"""));
        await Task.WhenAll(tasks.Cast<Task>().Zip(words, (one, other) => Task.WhenAll(one, other)));
        Assert.Equal(30, (await server.Lobstr("GET", $"/v1/tasks?squid={squid}&limit=100")).Ok().Data.Count);
    }

    [Fact]
    public async Task Tasks_are_added_once_read_deleted_and_emptied()
    {
        var squid = await server.Squid("collect");
        var added = (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{A}},{"city":"Lyon","n":1},{"n":1,"city":"Lyon"},{{A}}]}""")).Ok();
        Assert.Equal(["duplicated_count", "tasks"], added.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(2, added.Whole("duplicated_count"));
        var tasks = added.Json.GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal([A, """{"city":"Lyon","n":1}"""], tasks.Select(task => task.GetProperty("params").GetRawText()));
        Assert.Equal(["id", "object", "created_at", "is_active", "params"], tasks[0].EnumerateObject().Select(field => field.Name));
        var id = tasks[0].GetProperty("id").GetString()!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(tasks[0].GetRawText(), (await server.Lobstr("GET", $"/v1/tasks/{id}")).Ok().Raw);
        Assert.Equal((1L, 2L, 2L), (await server.Lobstr("GET", $"/v1/tasks?squid={squid}&limit=1&page=2")).Ok() switch { var page => (page.Data.Count, page.Whole("total_results"), page.Whole("result_from")) });

        Assert.Equal((true, id), (await server.Lobstr("DELETE", $"/v1/tasks/{id}")).Ok() switch { var deleted => (deleted.Flag("deleted"), deleted.Text("id")) });
        Assert.Equal(404, (await server.Lobstr("DELETE", $"/v1/tasks/{id}")).Status);
        Assert.Equal(404, (await server.Lobstr("GET", $"/v1/tasks/{id}")).Status);
        Assert.Equal(0, (await server.Lobstr("POST", $"/v1/squids/{squid}/empty", """{"type":"url"}""")).Ok().Whole("deleted_count"));
        var emptied = (await server.Lobstr("POST", $"/v1/squids/{squid}/empty", """{"type":"params"}""")).Ok();
        Assert.Equal($$"""{"id":"{{squid}}","object":"squid","emptied":true,"deleted_count":1}""", emptied.Raw);
        Assert.Equal(400, (await server.Lobstr("POST", $"/v1/squids/{squid}/empty", "{}")).Status);
    }

    [Fact]
    public async Task Tasks_that_are_added_at_once_lose_none_of_each_other_and_no_setting_either()
    {
        var squid = await server.Squid("collect");
        var adding = Enumerable.Range(0, 20).Select(number => server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{"n":{{number}}}]}"""));
        var setting = Enumerable.Range(2, 6).Select(number => server.Lobstr("POST", $"/v1/squids/{squid}", $$"""{"concurrency":{{number}},"params":{"p":{{number}} } }"""));
        Assert.All(await Task.WhenAll(adding.Concat(setting)), said => Assert.Equal(200, said.Status));
        var tasks = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}&limit=100")).Data;
        Assert.Equal(Enumerable.Range(0, 20), tasks.Select(task => task.GetProperty("params").GetProperty("n").GetInt32()).Order());
        var last = (await server.Lobstr("GET", $"/v1/squids/{squid}")).Ok();
        var name = (await server.Client.ListWorkflows(limit: 500, cancel: Cancel)).Workflows.Single(workflow => workflow.Id.ToString("N") == squid).Name;
        var nodes = (await server.Client.ReadWorkflow(name, cancel: Cancel)).Definition!.Value.GetProperty("nodes");
        Assert.Equal(last.Whole("concurrency"), nodes.GetProperty("tasks").GetProperty("payload").GetProperty("width").GetInt64());
        Assert.Equal(last.Json.GetProperty("params").GetProperty("p").GetInt32(), nodes.GetProperty("task").GetProperty("payload").GetProperty("p").GetInt32());
    }

    [Fact]
    public async Task Tasks_of_a_squid_are_bounded_altogether()
    {
        var squid = await server.Squid("collect");
        var large = string.Join(',', Enumerable.Range(0, 23).Select(number => $$"""{"n":{{number}},"text":"{{new string('x', 10_000)}}"}"""));
        (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{large}}]}""")).Ok();
        var more = await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{"text":"{{new string('y', 10_000)}}"}]}""");
        Assert.Equal((400, "tasks"), (more.Status, Error(more, "param")));
        var deep = string.Concat(Enumerable.Repeat("[", 45)) + string.Concat(Enumerable.Repeat("]", 45));
        Assert.Equal(400, (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{"a":{{deep}}}]}""")).Status);
        (await server.Start(squid)).Ok();
        Assert.Equal(400, (await server.Lobstr("POST", $"/v1/squids/{squid}", $$"""{"params":{"a":{{deep}} } }""")).Status);
    }

    [Fact]
    public async Task What_another_dialect_keeps_beside_the_workflow_stays_and_what_is_kept_here_too()
    {
        var made = (await server.Ask("POST", "/b3os/v1/workflows", "{\"name\":\"Shared\",\"definition\":" + Graph("noop") + "}")).Text("id");
        var squid = made["wf_".Length..];
        (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{A}}]}""")).Ok();
        Assert.Equal("Shared", (await server.Ask("GET", $"/b3os/v1/workflows/{made}")).Text("name"));
        Assert.Equal(200, (await server.Ask("PUT", $"/b3os/v1/workflows/{made}", """{"name":"Renamed"}""")).Status);
        Assert.Equal(1, (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Ok().Whole("total_results"));
        Assert.Equal("Renamed", (await server.Ask("GET", $"/b3os/v1/workflows/{made}")).Text("name"));
    }

    [Fact]
    public async Task What_cannot_be_read_beside_a_workflow_is_not_written_over()
    {
        var (name, squid) = await server.SaveNatively("noop");
        var organization = await Organization();
        byte[] theirs = [.. """{"lobstr":{"tasks":"none"},"b3os":{"title":"Theirs"}}"""u8];
        Assert.True(await server.Stores.Extras.ExchangeBesideWorkflow(organization, name, default, theirs, Cancel));
        var said = await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{A}}]}""");
        Assert.Equal((500, "server_error"), (said.Status, Error(said, "type")));
        Assert.Matches(@" \([0-9a-f-]{36}\)$", Error(said, "message"));
        Assert.Equal(theirs, (await server.Stores.Extras.OfWorkflow(organization, name, Cancel)).ToArray());
        Assert.Equal(name, (await server.Lobstr("GET", $"/v1/squids/{squid}")).Ok().Text("name"));
    }

    [Fact]
    public async Task What_changes_nothing_is_not_written()
    {
        var (name, squid) = await server.SaveNatively("noop");
        Assert.Equal(0, (await server.Lobstr("POST", $"/v1/squids/{squid}/empty", """{"type":"url"}""")).Ok().Whole("deleted_count"));
        Assert.True((await server.Stores.Extras.OfWorkflow(await Organization(), name, Cancel)).IsEmpty);
    }

    [Fact]
    public async Task A_task_is_as_active_as_its_squid()
    {
        var squid = await server.Squid("collect", A);
        Assert.True((await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data[0].GetProperty("is_active").GetBoolean());
        (await server.Lobstr("POST", $"/v1/squids/{squid}", """{"is_active":false}""")).Ok();
        var task = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data[0];
        Assert.False(task.GetProperty("is_active").GetBoolean());
        Assert.Equal(task.GetRawText(), (await server.Lobstr("GET", $"/v1/tasks/{task.GetProperty("id").GetString()}")).Ok().Raw);
    }

    /// <summary>Their ids begin alike where both were made in one moment.</summary>
    [Fact]
    public async Task A_task_is_found_by_its_id_whatever_other_squids_were_made_at_the_same_time()
    {
        var squids = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => server.Squid("collect", A)));
        foreach (var squid in squids)
        {
            var task = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data[0];
            Assert.Equal(task.GetRawText(), (await server.Lobstr("GET", $"/v1/tasks/{task.GetProperty("id").GetString()}")).Ok().Raw);
        }
    }

    /// <summary>Whoever has thousands of workflows reads of each page what is on it, and counts them where they lie.</summary>
    [Fact]
    public async Task A_page_of_squids_reads_the_names_and_definitions_of_those_on_it_alone()
    {
        var looks = 0;
        var names = Enumerable.Range(0, 6_000).Select(number => $"n{number:0000}").ToList();
        await using var other = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Workflows", (real, _) => Instead.Of(
                Instead.Of(
                    Instead.Of(real.Workflows, nameof(IWorkflowStore.List), (_, _) => throw new InvalidOperationException("Nobody needs them.")),
                    nameof(IWorkflowStore.Count), (_, _) => Task.FromResult((long)names.Count)),
                nameof(IWorkflowStore.Names), (_, args) => Names((string?)args[1], [.. args[2..^1].Cast<int>()]))),
        };
        await other.InitializeAsync();
        await other.Client.SaveWorkflow("n5999", Graph("noop"), cancel: Cancel);
        var page = (await other.Lobstr("GET", "/v1/squids?limit=100&page=60")).Ok();
        Assert.Equal((6_000L, 60L, "n5999"), (page.Whole("total_results"), page.Whole("total_pages"), page.Data.Single().GetProperty("name").GetString()));
        Assert.Equal(1, looks);
        Assert.Equal(5_000, (await other.Lobstr("GET", "/v1/squids?name=N&page=1000")).Ok().Whole("total_results"));
        Assert.Equal(6_000, (await other.Axiom("/list-automations")).Data.GetProperty("names").GetArrayLength());

        Task<IReadOnlyList<string>> Names(string? after, int[] skipAndCount)
        {
            looks++;
            var behind = names.Where(name => string.CompareOrdinal(name, after) > 0);
            return Task.FromResult<IReadOnlyList<string>>([.. (skipAndCount is [var skip, _] ? behind.Skip(skip) : behind).Take(skipAndCount[^1])]);
        }
    }

    async Task<Guid> Organization() => (await server.Stores.Keys.Find(server.Key.Split('_')[1], Cancel))!.Organization;

    [Fact]
    public async Task Nothing_of_another_organization_is_there()
    {
        var key = (await server.Client.CreateOrganization($"o{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", Cancel)).Key!.Key!;
        var squid = await server.Squid("collect", A);
        var task = (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Data[0].GetProperty("id").GetString();
        var run = (await server.Start(squid)).Ok().Text("id");
        foreach (var (method, path, body) in new[]
        {
            ("GET", $"/v1/squids/{squid}", null), ("POST", $"/v1/squids/{squid}", "{}"), ("POST", $"/v1/squids/{squid}/empty", """{"type":"url"}"""),
            ("GET", $"/v1/tasks?squid={squid}", null), ("GET", $"/v1/tasks/{task}", null), ("DELETE", $"/v1/tasks/{task}", null),
            ("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{A}}]}"""), ("POST", "/v1/runs", $$"""{"squid":"{{squid}}"}"""),
            ("GET", $"/v1/runs?squid={squid}", null), ("GET", $"/v1/runs/{run}", null), ("GET", $"/v1/runs/{run}/stats", null), ("GET", $"/v1/runs/{run}/credits", null),
            ("GET", $"/v1/runs/{run}/download", null), ("GET", $"/v1/runtasks?run={run}", null), ("GET", $"/v1/results?run={run}", null), ("GET", $"/v1/results?squid={squid}", null),
            ("POST", $"/v1/runs/{run}/abort", (string?)null),
        })
            Assert.True((await server.Lobstr(method, path, body, key)).Status == 404, path);
        Assert.Equal(0, (await server.Lobstr("GET", "/v1/squids", key: key)).Ok().Whole("total_results"));
        Assert.Equal(0, (await server.Lobstr("GET", "/v1/runs", key: key)).Ok().Whole("total_results"));
        Assert.Equal(1, (await server.Lobstr("GET", $"/v1/tasks?squid={squid}")).Ok().Whole("total_results"));
    }

    [Fact]
    public async Task Kinds_that_workers_have_registered_are_crawlers()
    {
        var listed = (await server.Lobstr("GET", "/v1/crawlers?limit=100")).Ok();
        Assert.Equal("crawl", listed.Data[0].GetProperty("name").GetString());
        var collect = listed.Data.Single(crawler => crawler.GetProperty("name").GetString() == "collect");
        var id = collect.GetProperty("id").GetString();
        Assert.Equal(collect.GetRawText(), (await server.Lobstr("GET", $"/v1/crawlers/{id}")).Ok().Raw);
        Assert.Equal((id, "collect"), (await server.Lobstr("POST", "/v1/squids", $$"""{"crawler":"{{id}}"}""")).Ok() switch { var made => (made.Text("crawler"), made.Text("name")) });
        Assert.Equal(404, (await server.Lobstr("GET", "/v1/crawlers/nobody")).Status);
    }

    static string? Error(LobstrSaid said, string name) => said.Json.GetProperty("error").GetProperty(name).GetString();
}
