using Rein.Protocol;
using Rein.Steps;
using Rein.System.Tests.Cli;
using Rein.System.Tests.Host;
using Rein.System.Tests.Metrics;
using Rein.System.Tests.Remote;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Pools;

/// <summary>A pool that has failed its stop drill, as everybody sees it.</summary>
public sealed class UnableToStopTests : IAsyncLifetime
{
    readonly TestServer server = new() { Adjust = options => options with { DrillAgain = TimeSpan.FromMilliseconds(100) } };
    readonly TestCli cli = new();

    [Fact]
    public async Task A_pool_that_failed_its_drill_is_shown_as_unable_in_the_API_the_metrics_and_the_CLI_and_given_work_again_when_one_passes()
    {
        // It takes work, and no drills.
        using var worker = await server.ConnectWith("work");
        var opened = await worker.OpenSession(new("untried", "gpu", [Hold.Kind], 1), Cancel);
        await using var frames = worker.ReadCommands(opened.Session, Cancel).GetAsyncEnumerator(Cancel);
        var next = frames.MoveNextAsync().AsTask();
        await server.Client.PutPool("gpu", new() { Drill = new() { EverySeconds = 10, WithinMs = 5000 } }, Cancel);
        await Until(async () => (await server.Client.ReadPool("gpu", Cancel)).State == "unable_to_stop");
        // The node goes by a copy, which it reads behind the commit.
        await Until(async () => await Unable() == 1);

        var run = (await server.Client.StartInline(new() { Definition = Graph(Hold.Kind), Pool = "gpu" }, cancel: Cancel)).Id;

        Assert.Contains("no worker of the pool takes steps of the kind drill", (await server.Client.ReadPool("gpu", Cancel)).Drill!.Why!, StringComparison.Ordinal);
        Assert.Equal("unable_to_stop", Assert.Single((await server.Client.ListPools(cancel: Cancel)).Pools, pool => pool.Name == "gpu").State);
        Assert.Equal("unable_to_stop", Work(await server.Client.ReadRun(run, cancel: Cancel)).WaitsFor!.Why);
        Assert.Contains("gpu\tunable_to_stop\t", (await cli.Run("pools")).Output, StringComparison.Ordinal);
        Assert.Contains("no worker of the pool takes steps of the kind drill", (await cli.Run("pools", "show", "gpu")).Output, StringComparison.Ordinal);

        // The worker of the SDK takes drills: one that passes is one for the pool, and the other is given its work.
        await using var sound = await RemoteWorker.Connect(server, "gpu", []);
        await Until(async () => (await server.Client.ReadPool("gpu", Cancel)).State == "open");
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(run, Assert.IsType<Protocol.Workers.AssignFrame>(frames.Current).Attempt.Run);
        Assert.Equal(0, await Unable());
        Assert.Contains("gpu\topen\t", (await cli.Run("pools")).Output, StringComparison.Ordinal);
        await server.Client.Stop(run, new() { Force = true }, cancel: Cancel);
    }

    static StepDocument Work(RunDocument run) => run.Steps!.Single(step => step.Id == "work");

    async Task<double> Unable() => (await Page.Of(server))["rein_pools_unable"];

    /// <summary>Each look is a question to the server, and takes as long as one.</summary>
    static async Task Until(Func<Task<bool>> look)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await look())
            patience.Token.ThrowIfCancellationRequested();
    }

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        cli.Environment["REIN_URL"] = server.Url;
        cli.Environment["REIN_KEY"] = server.Key;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        cli.Dispose();
    }
}
