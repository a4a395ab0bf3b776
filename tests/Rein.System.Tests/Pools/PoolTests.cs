using System.Net;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Pools;

/// <summary>Pools, sessions, drains and drills as the API shows them.</summary>
public sealed class PoolTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_default_pool_shows_its_worker_and_what_it_holds()
    {
        var run = await server.StartAndBegin("hold");
        var pool = await server.Client.ReadPool("default", Cancel);
        var session = Assert.Single(pool.Workers!);
        Assert.Equal(("default", "open", 1, TestServer.Capacity), (pool.Name, pool.State, pool.Sessions, pool.Capacity));
        Assert.Equal((pool.Held, pool.Capacity - pool.Held), (session.Held, pool.Free));
        Assert.True(pool.Held >= 1);
        Assert.Equal(("embedded", null, null, Environment.MachineName), (session.Worker, session.Pool, session.Address, session.Node));
        Assert.Contains("drill", session.Kinds);
        Assert.NotNull(session.Version);
        Assert.Equal(session.Id, (await server.Client.ReadSession(session.Id, Cancel)).Id);
        Assert.Equal(session.Id, Assert.Single((await server.Client.ListSessions(Cancel)).Sessions).Id);
        await server.Client.Stop(run.Id, new() { Force = true }, cancel: Cancel);
    }

    [Fact]
    public async Task A_step_says_why_it_waits_for_its_pool_and_its_run_is_stopped()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("hold"), Pool = "far-away" }, cancel: Cancel);
        Assert.Equal("far-away", run.Pool);
        var waits = await Wait(run.Id);
        Assert.Equal(("far-away", "no_session"), (waits.Pool, waits.Why));
        var pool = await server.Client.ReadPool("far-away", Cancel);
        Assert.Equal(("no_session", 1, 0), (pool.State, pool.Waiting, pool.Sessions));
        Assert.Equal(run.CreatedAt, pool.OldestWaitingAt);
        Assert.Contains((await server.Client.ListPools(cancel: Cancel)).Pools, one => one.Name == "far-away");

        await server.Client.DrainPool("far-away", 5, Cancel);
        Assert.Equal("drained", (await Wait(run.Id)).Why);
        Assert.Equal(("drained", "key:admin"), ((await server.Client.ReadPool("far-away", Cancel)).State, (await server.Client.ReadPool("far-away", Cancel)).Drain!.By));
        var receipt = (await server.Client.Stop(run.Id, new(), cancel: Cancel)).Stop!;
        Assert.Equal(("never_started", null), (receipt.Verdict, (await server.Client.ReadRun(run.Id, cancel: Cancel)).Steps![0].WaitsFor));
        await server.Client.ReopenPool("far-away", Cancel);
        await Refused.With(ProblemCodes.PoolNotFound, () => server.Client.ReadPool("far-away", Cancel));
    }

    [Fact]
    public async Task A_drained_session_is_handed_nothing_and_the_operator_alone_drains_the_servers_own()
    {
        var session = Assert.Single((await server.Client.ListSessions(Cancel)).Sessions);
        using (var foreign = await server.ConnectForeign())
            await Refused.With(ProblemCodes.OperatorOnly, () => foreign.DrainSession(session.Id, cancel: Cancel));
        var drained = await server.Client.DrainSession(session.Id, cancel: Cancel);
        Assert.Equal("key:admin", drained.Drain!.By);
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        Assert.Equal("drained", (await Wait(run.Id)).Why);
        Assert.Equal((1, 0), ((await server.Client.ReadPool("default", Cancel)).Draining, (await server.Client.ReadPool("default", Cancel)).Free));
        await server.Client.ReopenSession(session.Id, Cancel);
        await server.Client.ReopenSession(session.Id, Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        Assert.Equal("succeeded", (await server.Client.ReadRun(run.Id, cancel: Cancel)).State);
        var actions = (await server.Client.ReadAudit(new() { Target = $"session:{session.Id}" }, Cancel)).Entries.Select(entry => entry.Action);
        Assert.Equal(["session_reopened", "session_drained"], actions);
    }

    [Fact]
    public async Task A_key_of_a_pool_works_and_does_nothing_else()
    {
        var made = await server.Client.CreateKey(new() { Name = "w", Scopes = ["work"], Pool = "gpu" }, Cancel);
        Assert.Equal("gpu", made.Pool);
        await Refused.With(ProblemCodes.BadField, () => server.Client.CreateKey(new() { Name = "w", Scopes = ["work", "read"], Pool = "gpu" }, Cancel));
        await Refused.With(ProblemCodes.BadField, () => server.Client.CreateKey(new() { Name = "w", Scopes = ["work"], Pool = "g p u" }, Cancel));
        using var client = server.Connect(made.Key!);
        await Refused.With(ProblemCodes.MissingScope, () => client.ListPools(cancel: Cancel));
    }

    [Fact]
    public async Task A_drill_is_set_and_taken_away()
    {
        var set = (await server.Client.PutPool("drilled", new() { Drill = new() { EverySeconds = 60 } }, Cancel)).Drill!;
        Assert.Equal((60, 2000, "waiting"), (set.EverySeconds, set.WithinMs, set.State));
        var answer = await server.Send(HttpMethod.Put, "/v1/pools/drilled", """{ "drill": { "everySeconds": 1 } }""");
        Assert.Contains("/drill/everySeconds", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null((await server.Client.PutPool("drilled", new(), Cancel)).Drill);
        await Refused.With(ProblemCodes.BadName, () => server.Client.PutPool("no name", new(), Cancel));
        await Refused.With(ProblemCodes.BadField, () => server.Client.StartInline(new() { Definition = Graph("noop"), Pool = "no name" }, cancel: Cancel));
        await Refused.With(ProblemCodes.InvalidDefinition, () => server.Client.StartInline(new() { Definition = Graph("drill") }, cancel: Cancel));
    }

    async Task<PoolWaitDocument> Wait(Guid run) => Assert.IsType<PoolWaitDocument>(Assert.Single((await server.Client.ReadRun(run, cancel: Cancel)).Steps!).WaitsFor);
}
