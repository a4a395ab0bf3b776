using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server;
using Rein.Server.Dialects.Axiom.Viewer;
using Rein.System.Tests.Clock;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Concurrency slots, the queue behind them, and the runtime that is counted.</summary>
public sealed class AxiomQueueTests
{
    const string Waits = "Axiom could not start due to a lack of available resources. The task has been queued and will retry in five minutes.";

    [Fact]
    public async Task A_trigger_beyond_the_slots_is_queued_with_what_stops_it_and_is_stopped_without_having_used_anything()
    {
        await using var server = await With(("slots", "1"));
        await server.TriggerAndBegin("hold");
        var (name, said) = await Queue(server);

        Assert.Equal(["status", "message", "run_id", "viewer_url"], said.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal((200, "queued", Waits), (said.Status, said.Json.GetProperty("status").GetString(), said.Json.GetProperty("message").GetString()));
        var run = Triggered.Of(said.Json.GetProperty("viewer_url").GetString()!);
        Assert.Equal(said.Json.GetProperty("run_id").GetString(), run.Run.ToString());
        Assert.True((await server.Client.ReadRun(run.Run, cancel: Cancel)).IsBlocked);
        Assert.Equal("""{"status":"Running","data":{}}""", (await server.RunData(name)).Raw());
        Assert.Equal("Queued (remotely triggered)", (await server.Axiom("/run-reports")).Data.GetProperty("reports")[0].GetProperty("description").GetString());

        Assert.Equal($$"""{"stopped":"{{run.Pid}}"}""", (await server.Stop(run)).Raw());
        Assert.Equal("""{"status":"Failure","data":{}}""", (await server.RunData(name)).Raw());
        Assert.Equal(("never_started", 0d), (await server.Client.ReadReceipt(run.Run, Cancel)) switch { var receipt => (receipt.Verdict, receipt.Usage.RunSeconds) });
        Assert.Equal(0, (await server.Client.ReadLimit("axiom", Cancel)).Waiting);
    }

    [Fact]
    public async Task The_slot_is_free_for_the_next_trigger_even_where_the_code_has_not_heard()
    {
        await using var server = await With(("slots", "1"));
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await server.Stop(await server.TriggerAndBegin("deaf"))).Status);
        await server.Trigger(await server.Save("noop"));
    }

    [Fact]
    public async Task Whoever_waits_longest_is_next()
    {
        await using var server = await With(("slots", "1"));
        var first = await server.TriggerAndBegin("hold");
        var waiting = new List<Triggered>();
        for (var i = 0; i < 3; i++)
            waiting.Add(Triggered.Of((await Queue(server)).Said.Json.GetProperty("viewer_url").GetString()!));
        foreach (var (before, next) in new[] { first }.Concat(waiting).Zip(waiting))
        {
            await server.Stop(before);
            await server.Client.UntilAssigned(next.Run, "work");
            foreach (var later in waiting.SkipWhile(run => run != next).Skip(1))
                Assert.True((await server.Client.ReadRun(later.Run, cancel: Cancel)).IsBlocked);
        }
    }

    [Fact]
    public async Task Slots_are_each_organizations_own_and_without_the_setting_its_own_to_set()
    {
        await using var server = await With();
        await server.TriggerAndBegin("hold");
        await server.Trigger(await server.Save("hold"));
        await server.Client.PutLimit("axiom", 2, Cancel);
        await Queue(server);
        var other = await server.Client.CreateOrganization("theirs", Cancel);
        using var theirs = server.Connect(other.Key!.Key!);
        await theirs.SaveWorkflow("flow", Graph("hold"), cancel: Cancel);
        await server.Trigger("flow", key: other.Key.Key);
    }

    [Fact]
    public async Task Executed_time_is_counted_while_it_passes_and_final_with_the_stop()
    {
        var clock = new SetClock();
        await using var server = await At(clock, ("allowance-minutes", "15000"));
        Assert.Equal("""{"status":"success","data":{"used":0,"allowance":15000,"remaining":15000}}""", (await server.Axiom("/remaining-runtime")).Raw());
        var run = await server.TriggerAndBegin("deaf");
        double Used(Said said) => said.Data.GetProperty("used").GetDouble();
        while (Used(await server.Axiom("/remaining-runtime")) == 0) { }

        await server.Stop(run);

        var used = Math.Round((await server.Client.ReadRun(run.Run, cancel: Cancel)).Usage.RunSeconds / 60, 2);
        var said = await server.Axiom("/remaining-runtime");
        Assert.Equal(FormattableString.Invariant($"{{\"status\":\"success\",\"data\":{{\"used\":{used},\"allowance\":15000,\"remaining\":{Math.Round(15000 - used, 2)}}}}}"), said.Raw());
        Assert.True(used > 0);
        // Neither what waits for a time nor what waits in the queue counts, nor what has not heard its stop.
        await server.Trigger(await server.Save("delay", """, "payload": { "delayMs": 600000 }"""));
        await server.Client.PutLimit("axiom", 0, Cancel);
        await Queue(server);
        clock.Set(TimeSpan.FromSeconds(30));
        Assert.Equal(said.Raw(), (await server.Axiom("/remaining-runtime")).Raw());
        await server.StartAndBegin("hold");
        clock.Set(TimeSpan.FromSeconds(30));
        Assert.InRange(Used(await server.Axiom("/remaining-runtime")), used + 0.5, used + 2);
    }

    [Fact]
    public async Task Beyond_the_allowance_nothing_starts_and_what_runs_goes_on()
    {
        var clock = new SetClock();
        await using var server = await At(clock, ("allowance-minutes", "0.4"));
        var run = await server.TriggerAndBegin("hold");
        var name = await server.Save("noop");
        Assert.Equal(200, (await server.Axiom("/trigger", $"\"name\":\"{name}\"")).Status);
        clock.Set(TimeSpan.FromSeconds(30));
        Assert.Equal((403, "Quota exceeded"), await server.Axiom("/trigger", $"\"name\":\"{name}\"") switch { var said => (said.Status, said.Message()) });
        Assert.Equal(0, (await server.Axiom("/remaining-runtime")).Data.GetProperty("remaining").GetDouble());
        Assert.Null((await server.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt);
        Assert.Equal(200, (await server.Stop(run)).Status);
    }

    [Fact]
    public async Task Without_an_allowance_there_is_none_to_be_used_up()
    {
        await using var server = await With();
        Assert.Equal("""{"status":"success","data":{"used":0,"allowance":null,"remaining":null}}""", (await server.Axiom("/remaining-runtime")).Raw());
    }

    [Fact]
    public async Task A_run_that_cannot_be_given_what_stops_it_is_not_started()
    {
        await using var server = await With();
        var name = await server.Save("hold");
        // From here on the server knows the last pid, and reads no link for the next.
        await server.Trigger(await server.Save("noop"));
        await server.BreakStore("ALTER TABLE stop_links RENAME TO elsewhere");
        Assert.Equal(500, (await server.Axiom("/trigger", $"\"name\":\"{name}\"")).Status);
        Assert.Equal((404, "Run not found"), await server.RunData(name) switch { var said => (said.Status, said.Message()) });
        await server.BreakStore("ALTER TABLE elsewhere RENAME TO stop_links");
        Assert.Equal(200, (await server.Stop(await server.Trigger(name))).Status);
    }

    [Fact]
    public async Task A_trigger_beyond_the_maximum_of_its_workflow_is_queued_too()
    {
        await using var server = await With();
        await server.Client.SaveWorkflow("single", Graph("hold"), maxRunning: 1, cancel: Cancel);
        var first = await server.Trigger("single");
        var said = await server.Axiom("/trigger", "\"name\":\"single\"");
        var second = Triggered.Of(said.Json.GetProperty("viewer_url").GetString()!);
        Assert.Equal(["axiom", "workflow:single"], (await server.Stores.Reader.Find(await Organization(server), first.Run, Cancel))!.Run.LimitKeys.Order(StringComparer.Ordinal));
        await server.Stop(first);
        await server.Client.UntilAssigned(second.Run, "work");
        Assert.Equal(200, (await server.Stop(second)).Status);
    }

    [Fact]
    public async Task What_the_setting_says_of_slots_is_set_at_the_first_trigger_and_an_organization_may_change_it_then()
    {
        await using var server = await With(("slots", "1"));
        await server.Client.PutLimit("axiom", 7, Cancel);
        await server.TriggerAndBegin("hold");
        Assert.Equal(1, (await server.Client.ReadLimit("axiom", Cancel)).Max);
        await server.Client.PutLimit("axiom", 2, Cancel);
        await server.TriggerAndBegin("hold");
        await Queue(server);
    }

    [Fact]
    public async Task Where_the_setting_makes_more_room_those_who_waited_for_it_begin_first()
    {
        await using var server = await With(("slots", "2"));
        await server.Client.PutLimit("axiom", 0, Cancel);
        var waiting = await server.Client.StartInline(new() { Definition = Graph("hold"), LimitKey = "axiom" }, cancel: Cancel);
        Assert.True((await server.Client.ReadRun(waiting.Id, cancel: Cancel)).IsBlocked);
        await server.TriggerAndBegin("hold");
        Assert.False((await server.Client.ReadRun(waiting.Id, cancel: Cancel)).IsBlocked);
        await Queue(server);
    }

    /// <summary>Each of these counters begins anywhere, as that of another node does.</summary>
    [Fact]
    public async Task The_next_trigger_at_another_node_has_another_pid_whatever_came_between_and_was_revoked()
    {
        await using var server = await With();
        var run = await server.TriggerAndBegin("hold");
        await server.Client.RevokeStopLink(run.Run, Assert.Single((await server.Client.ListStopLinks(run.Run, Cancel)).Links).Id, Cancel);
        var native = await server.Save("noop");
        for (var other = 0; other < 30; other++)
            await server.Client.Start(native, cancel: Cancel);
        var organization = await Organization(server);
        for (var node = 0; node < 2000; node++)
            Assert.NotEqual(run.Pid, await new Pids(server.Stores, new ReinServerOptions()).Next(organization, Cancel));
    }

    [Fact]
    public async Task A_counter_that_would_meet_the_last_pid_of_another_node_passes_over_it()
    {
        await using var server = await With();
        StopLink? last = null;
        var stores = Instead.Of(server.Stores, "get_StopLinks", (real, _) => Instead.Of(real.StopLinks, nameof(IStopLinkStore.Last), (_, _) => Task.FromResult(last)));
        var pids = new Pids(stores, new ReinServerOptions());
        var own = int.Parse(await pids.Next(Guid.Empty, Cancel), provider: null);
        var (met, passed) = (((own + 1) % 100).ToString("00", provider: null), ((own + 2) % 100).ToString("00", provider: null));
        last = new(Guid.Empty, Guid.Empty, Guid.Empty, new string('a', 16), default, $"c-00{met}", "", default, null);
        Assert.Equal(passed, await pids.Next(Guid.Empty, Cancel));
    }

    static async Task<Guid> Organization(TestServer server) =>
        (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id;

    static async Task<(string Name, Said Said)> Queue(TestServer server)
    {
        var name = await server.Save("hold");
        var said = await server.Axiom("/trigger", $"\"name\":{JsonSerializer.Serialize(name)}");
        Assert.Equal("queued", said.Json.GetProperty("status").GetString());
        return (name, said);
    }

    static Task<TestServer> With(params (string Name, string Value)[] settings) => At(TimeProvider.System, settings);

    static async Task<TestServer> At(TimeProvider time, params (string Name, string Value)[] settings)
    {
        var server = new TestServer
        {
            Adjust = options => options with { Time = time, Dialects = new() { Settings = settings.ToDictionary(setting => "axiom." + setting.Name, setting => setting.Value) } },
        };
        await server.InitializeAsync();
        return server;
    }
}
