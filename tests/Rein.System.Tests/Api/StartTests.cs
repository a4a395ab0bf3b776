using System.Net;
using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class StartTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_start_is_answered_with_the_run_and_its_address()
    {
        var name = await server.Save("hold");
        var response = await server.Send(HttpMethod.Post, $"/v1/workflows/{name}/runs",
            """{"labels":{"customer":"acme"},"priority":5,"limitKey":"acme","deadlineSeconds":600,"queueTtlSeconds":60}""");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var told = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(Cancel), ProtocolJson.Default.RunDocument)!;
        Assert.Equal($"/v1/runs/{told.Id}", response.Headers.Location?.ToString());

        var run = await server.Client.ReadRun(told.Id, cancel: Cancel);
        Assert.Equal((name, 1, 5), (run.Workflow, run.Version, run.Priority));
        Assert.Equal("acme", run.Labels["customer"]);
        Assert.Equal(["acme"], run.LimitKeys!);
        Assert.Equal(run.CreatedAt.AddSeconds(600), run.DeadlineAt);
        Assert.Equal("work", Assert.Single(run.Steps!).Id);
    }

    [Fact]
    public async Task A_start_is_answered_with_as_many_steps_as_a_look_and_a_cursor_behind_them()
    {
        var names = Enumerable.Range(0, 201).Select(number => $"n{number:000}").ToList();
        var children = string.Join(',', names.Select(name => $"\"{name}\""));
        var nodes = string.Concat(names.Select(name => $$""", "{{name}}": { "type": "delay", "payload": { "delayMs": 600000 } }"""));
        var run = await server.Client.StartInline(
            new() { Definition = JsonElement.Parse($$"""{ "nodes": { "root": { "type": "manual", "children": [{{children}}] } {{nodes}} } }""") }, cancel: Cancel);
        Assert.Equal(names.Take(200), run.Steps!.Select(step => step.Id));
        Assert.Equal("n200", Assert.Single((await server.Client.ListSteps(run.Id, run.StepsCursor, cancel: Cancel)).Steps).Id);
        Assert.Equal(run.StepsCursor, (await server.Client.ReadRun(run.Id, cancel: Cancel)).StepsCursor);
        await server.Client.Stop(run.Id, cancel: Cancel);
    }

    [Fact]
    public async Task A_start_without_a_body_is_a_start_with_defaults()
    {
        var response = await server.Send(HttpMethod.Post, $"/v1/workflows/{await server.Save("noop")}/runs");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Runs_are_listed_in_the_order_in_which_they_were_started_within_a_batch_and_one_after_the_other()
    {
        var name = await server.Save("noop");
        var started = (await server.Client.StartBatch(name, [.. Enumerable.Range(0, 200).Select(_ => new StartRunRequest())], cancel: Cancel)).Runs.Select(run => run.RunId!.Value).ToList();
        for (var i = 0; i < 20; i++)
            started.Add((await server.Client.Start(name, cancel: Cancel)).Id);
        Assert.Equal(started.AsEnumerable().Reverse(), (await server.Client.ListRuns(new() { Workflow = name, Limit = 500 }, Cancel)).Runs.Select(run => run.Id));
    }

    [Fact]
    public async Task Times_are_RFC_3339_in_UTC_and_to_the_microsecond()
    {
        var run = await server.Client.Start(await server.Save("noop"), cancel: Cancel);
        var text = await (await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}")).Content.ReadAsStringAsync(Cancel);
        Assert.Matches("""
            "createdAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
            """.Trim(), text);
    }

    [Fact]
    public async Task Input_is_checked_against_the_definition_and_completed()
    {
        var graph = JsonElement.Parse("""
            {"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","payload":{"got":"{{$inputs.folder}}{{$inputs.deep}}"}}},
             "inputSchema":[{"key":"folder","type":"string","required":true},{"key":"deep","type":"string","default":"er"}]}
            """);
        await server.Client.SaveWorkflow("inputs", graph, cancel: Cancel);
        var missing = await Refused.With(ProblemCodes.InvalidInput, () => server.Client.Start("inputs", cancel: Cancel));
        Assert.Equal(("input_missing", "/input/folder"), (missing.Errors![0].Code, missing.Errors[0].Path));
        var unknown = new StartRunRequest { Input = JsonElement.Parse("""{"folder":"x","fodler":1}""") };
        Assert.Equal("input_unknown", (await Refused.With(ProblemCodes.InvalidInput, () => server.Client.Start("inputs", unknown, cancel: Cancel))).Errors![0].Code);

        var run = await server.Client.Start("inputs", new() { Input = JsonElement.Parse("""{"folder":"deep"}""") }, cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var step = Assert.Single((await server.Client.ReadRun(run.Id, cancel: Cancel)).Steps!);
        Assert.Equal("deeper", step.Result!.Value.GetProperty("got").GetString());
    }

    [Fact]
    public async Task An_inline_definition_is_run_without_being_saved()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        Assert.Null(run.Workflow);
        var wrong = new StartRunRequest { Definition = JsonElement.Parse("""{"nodes":{}}""") };
        await Refused.With(ProblemCodes.InvalidDefinition, () => server.Client.StartInline(wrong, cancel: Cancel));
        await Refused.With(ProblemCodes.BadField, () => server.Client.StartInline(new(), cancel: Cancel));
    }

    [Fact]
    public async Task A_batch_is_answered_one_by_one()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("narrow", 1, Cancel);
        var narrow = new StartRunRequest { LimitKey = "narrow", OnConflict = "reject" };
        var reply = await server.Client.StartBatch(name, [new(), narrow, narrow, new() { LimitKey = "narrow" }], cancel: Cancel);
        Assert.Equal(["started", "started", "conflict", "blocked"], reply.Runs.Select(run => run.Answer));
        Assert.Null(reply.Runs[2].RunId);
        Assert.True((await server.Client.ReadRun(reply.Runs[3].RunId!.Value, cancel: Cancel)).IsBlocked);
    }

    [Fact]
    public async Task A_batch_with_one_mistake_starts_nothing_and_says_where_it_is()
    {
        var name = await server.Save("hold");
        var problem = await Refused.With(
            ProblemCodes.BadField, await server.Send(HttpMethod.Post, $"/v1/workflows/{name}/runs:batch", """{"runs":[{},{"priority":"high"}]}"""));
        Assert.Equal("/runs/1/priority", problem.Errors![0].Path);
        Assert.Empty((await server.Client.ListRuns(new() { Workflow = name }, Cancel)).Runs);
    }

    [Fact]
    public async Task A_full_limit_queues_or_rejects_as_the_start_says()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("one", 1, Cancel);
        var holder = await server.Client.Start(name, new() { LimitKey = "one" }, cancel: Cancel);
        await Refused.With(ProblemCodes.LimitFull, () => server.Client.Start(name, new() { LimitKey = "one", OnConflict = "reject" }, cancel: Cancel));
        var queued = await server.Client.Start(name, new() { LimitKey = "one" }, cancel: Cancel);
        Assert.Equal(("queued", true), (queued.State, queued.IsBlocked));
        Assert.Equal([holder.Id], (await server.Client.ReadLimit("one", Cancel)).Holders!.Select(run => run.RunId));

        await server.Client.Stop(holder.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var admitted = await server.Client.ReadRun(queued.Id, TimeSpan.FromSeconds(30), queued.Revision, Cancel);
        Assert.False(admitted.IsBlocked);
    }

    [Fact]
    public async Task A_start_that_supersedes_says_so_to_whoever_made_room_and_leaves_nobody_behind_it()
    {
        await server.Client.PutLimit("newest", 1, Cancel);
        var holder = await StartUnder("newest");
        await foreach (var change in server.Client.Watch(holder.Id, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "step_assigned"))
                break;
        var waiting = await StartUnder("newest");
        var newcomer = await StartUnder("newest", start => start with { OnConflict = "supersede" });
        Assert.True(newcomer.IsBlocked);

        var (ended, receipt) = await Ended(holder.Id);
        Assert.Equal(("stopped", "superseded", "exited"), (ended.State, ended.Cause, ended.Stop!.Verdict));
        Assert.Equal(("superseded", false, "system"), (receipt.Origin, receipt.IsManual, receipt.Actor));
        Assert.Contains(newcomer.Id.ToString(), receipt.Reason, StringComparison.Ordinal);
        (ended, receipt) = await Ended(waiting.Id);
        Assert.Equal(("stopped", "superseded", "never_started", new UsageDocument()), (ended.State, ended.Cause, ended.Stop!.Verdict, ended.Usage));
        Assert.Equal(("superseded", new UsageDocument(), 0), (receipt.Origin, receipt.Usage, receipt.Attempts.Count));

        while (await server.Client.ReadRun(newcomer.Id, cancel: Cancel) is { IsBlocked: true } still)
            await server.Client.ReadRun(newcomer.Id, TimeSpan.FromSeconds(30), still.Revision, Cancel);
        var limit = await server.Client.ReadLimit("newest", Cancel);
        Assert.Equal((newcomer.Id, 1, 0), (Assert.Single(limit.Holders!).RunId, limit.Held, limit.Waiting));
        await server.Client.Stop(newcomer.Id, cancel: Cancel);
    }

    [Fact]
    public async Task A_start_that_waits_no_longer_than_it_said_has_used_nothing_and_gives_up_its_place()
    {
        await server.Client.PutLimit("brief", 0, Cancel);
        var brief = await StartUnder("brief", start => start with { QueueTtlSeconds = 0.2 });
        var patient = await StartUnder("brief");
        Assert.True(brief.IsBlocked);

        var (ended, receipt) = await Ended(brief.Id);
        Assert.Equal(("stopped", "queue_ttl", "never_started", new UsageDocument()), (ended.State, ended.Cause, ended.Stop!.Verdict, ended.Usage));
        Assert.Equal(("queue_ttl", false, "system"), (receipt.Origin, receipt.IsManual, receipt.Actor));
        Assert.Equal(("never_started", new UsageDocument(), 0), (receipt.Verdict, receipt.Usage, receipt.Attempts.Count));
        Assert.True(receipt.EndedAt >= ended.CreatedAt.AddSeconds(0.2));
        Assert.Equal(1, Assert.Single((await server.Client.ReadRun(patient.Id, cancel: Cancel)).BlockedBy!).Place);
        Assert.Equal(patient.Id, Assert.Single((await server.Client.ReadLimit("brief", Cancel)).Queue!).RunId);
        await server.Client.Stop(patient.Id, cancel: Cancel);
    }

    Task<RunDocument> StartUnder(string key, Func<StartRunRequest, StartRunRequest>? with = null)
    {
        var start = new StartRunRequest { Definition = Graph("hold"), LimitKey = key };
        return server.Client.StartInline(with?.Invoke(start) ?? start, cancel: Cancel);
    }

    async Task<(RunDocument Run, ReceiptDocument Receipt)> Ended(Guid run)
    {
        await foreach (var _ in server.Client.Watch(run, cancel: Cancel)) { }
        return (await server.Client.ReadRun(run, cancel: Cancel), await server.Client.ReadReceipt(run, Cancel));
    }

    [Fact]
    public async Task A_raised_limit_admits_at_once()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("none", 0, Cancel);
        var run = await server.Client.Start(name, new() { LimitKey = "none" }, cancel: Cancel);
        await server.Client.PutLimit("none", 1, Cancel);
        Assert.False((await server.Client.ReadRun(run.Id, cancel: Cancel)).IsBlocked);
    }

    [Fact]
    public async Task No_more_runs_of_a_workflow_are_admitted_than_it_says()
    {
        await server.Client.SaveWorkflow("single", Graph("hold"), maxRunning: 1, Cancel);
        await server.Client.Start("single", cancel: Cancel);
        Assert.True((await server.Client.Start("single", cancel: Cancel)).IsBlocked);
    }
}
