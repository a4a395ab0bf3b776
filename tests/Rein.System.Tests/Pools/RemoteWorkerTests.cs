using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Pools;

/// <summary>Workers of a pool of their own, over HTTP, with a key that is bound to it.</summary>
public sealed class RemoteWorkerTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_key_of_a_pool_opens_sessions_there_and_touches_no_others()
    {
        var (mine, any) = (await Key("gpu"), await Key(null));
        using var client = server.Connect(mine);
        foreach (var pool in new[] { null, "default", "cpu" })
            await Refused.With(ProblemCodes.OtherPool, () => client.OpenSession(new("w", pool, ["nothing"], 1), Cancel));
        using (var other = server.Connect(any))
        {
            var foreign = await other.OpenSession(new("other", "cpu", ["nothing"], 1), Cancel);
            await Refused.With(ProblemCodes.SessionNotFound, () => client.CloseSession(foreign.Session, Cancel));
            await other.CloseSession(foreign.Session, Cancel);
        }
        var opened = await client.OpenSession(new("w", "gpu", ["nothing"], 1, "mine 1.2"), Cancel);
        var shown = await server.Client.ReadSession(opened.Session, Cancel);
        Assert.Equal(("gpu", "mine 1.2", "127.0.0.1"), (shown.Pool, shown.Version, shown.Address));
        await client.CloseSession(opened.Session, Cancel);
    }

    [Fact]
    public async Task A_key_of_a_pool_replaces_no_worker_of_another_by_taking_its_name_and_is_told_nothing_of_it()
    {
        using var cpu = server.Connect(await Key("cpu"));
        using var gpu = server.Connect(await Key("gpu"));
        var first = await cpu.OpenSession(new("box", "cpu", ["nothing"], 1), Cancel);
        var second = await gpu.OpenSession(new("box", "gpu", ["nothing"], 1), Cancel);
        Assert.Equal(("cpu/box", "gpu/box"), ((await server.Client.ReadSession(first.Session, Cancel)).Worker, (await server.Client.ReadSession(second.Session, Cancel)).Worker));
        Assert.True((await cpu.Beat(first.Session, new([]), Cancel)).IsOpen);
        // The same key again is the same worker.
        var again = await gpu.OpenSession(new("box", "gpu", ["nothing"], 1), Cancel);
        await Refused.With(ProblemCodes.SessionNotFound, () => gpu.Beat(second.Session, new([]), Cancel));
        await cpu.CloseSession(first.Session, Cancel);
        await gpu.CloseSession(again.Session, Cancel);
    }

    [Fact]
    public async Task A_remote_worker_is_handed_the_work_of_its_pool_and_told_of_its_drain()
    {
        using var channel = new HttpChannel(server.Http.BaseAddress!, await Key("gpu"));
        var opened = await channel.Open(new("remote", "gpu", ["hold"], 5), Cancel);
        await using var frames = channel.Commands(opened.Session, Cancel).GetAsyncEnumerator(Cancel);
        var elsewhere = await server.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        var here = await server.Client.StartInline(new() { Definition = Graph("hold"), Pool = "gpu" }, cancel: Cancel);
        Assert.True(await frames.MoveNextAsync());
        var attempt = Assert.IsType<AssignFrame>(frames.Current).Attempt;
        Assert.Equal(here.Id, attempt.Run);

        await server.Client.DrainSession(opened.Session, graceSeconds: 600, Cancel);
        Assert.True(await frames.MoveNextAsync());
        Assert.InRange(Assert.IsType<DrainFrame>(frames.Current).HandBackInMs!.Value, 500_000, 600_000);
        var repeated = Assert.IsType<DrainFrame>(Assert.Single((await channel.Beat(opened.Session, new([attempt]), Cancel)).Outstanding));
        Assert.InRange(repeated.HandBackInMs!.Value, 500_000, 600_000);
        Assert.Equal(1, (await server.Client.ReadPool("gpu", Cancel)).Draining);
        await channel.Report(opened.Session, [new ReturnedReport(attempt, AttemptProof.Clean)], Cancel);
        Assert.Equal("drained", Assert.Single((await server.Client.ReadRun(here.Id, cancel: Cancel)).Steps!).WaitsFor!.Why);

        await channel.Close(opened.Session, Cancel);
        foreach (var run in new[] { here.Id, elsewhere.Id })
            await server.Client.Stop(run, new() { Force = true }, cancel: Cancel);
    }

    async Task<string> Key(string? pool) => (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"], Pool = pool }, Cancel)).Key!;
}
