using Rein.Protocol.Remote;
using Rein.Steps;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A remote worker to which no frame ever comes by its stream.</summary>
public sealed class NoStreamTests : IAsyncLifetime
{
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>What a loaded machine takes for a request and its answer; less than another heartbeat.</summary>
    static readonly TimeSpan Way = TimeSpan.FromMilliseconds(700);

    readonly TestServer server = new() { Adjust = options => options with { Heartbeat = Heartbeat, Lease = TimeSpan.FromSeconds(60) } };

    [Theory(DisplayName = "H18 Without any stream a stop lands within one heartbeat, and an assign within two")]
    [InlineData(StreamFate.Swallowed)]
    [InlineData(StreamFate.Cut)]
    [InlineData(StreamFate.Unanswered)]
    public async Task Without_any_stream_a_stop_lands_within_one_heartbeat(StreamFate fate)
    {
        // A worker whose stream cannot even be asked for is handed nothing: it has to be there for the assign.
        await using var proxy = await FramelessProxy.Start(server.Url, fate is StreamFate.Swallowed ? fate : StreamFate.Passed);
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        var began = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await RemoteWorker.Connect(new HttpChannel(proxy.Url, key), new("frameless", 1) { Pool = "frameless" }, new()
        {
            ["it"] = (run, stop) =>
            {
                began.TrySetResult(TimeProvider.System.GetUtcNow());
                return Hold.Execute(run, stop);
            },
        });
        var run = (await server.Client.StartInline(new() { Definition = Graph("it", """, "payload": { "pool": "frameless" }""") }, cancel: Cancel)).Id;
        var begun = await began.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await proxy.Change(fate);

        var stop = (await server.Client.Stop(run, new() { GraceSeconds = 60 }, TimeSpan.FromSeconds(30), Cancel)).Stop!;

        Assert.Equal(("exited", "asked"), (stop.Verdict, stop.Rung));
        Assert.InRange(stop.HeardAt!.Value - stop.RequestedAt, TimeSpan.Zero, Heartbeat + Way);
        var assigned = (await server.Client.ReadRun(run, cancel: Cancel)).Steps!.Single(step => step.Id == "work").Attempt!.AssignedAt;
        Assert.InRange(begun - assigned, TimeSpan.Zero, (2 * Heartbeat) + Way);
    }

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
