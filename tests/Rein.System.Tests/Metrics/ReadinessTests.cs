using System.Net;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Metrics;

public sealed class ReadinessTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact(DisplayName = "H4 While code ignores its stop readiness reads degraded and its place is lost; when it returns both are as before")]
    public async Task A_lost_place_degrades_readiness_until_the_code_returns()
    {
        var run = await server.StartAndBegin("deaf");
        Assert.Equal("ready", (await server.Client.Ready(Cancel)).Status);

        await server.Client.Stop(run.Id, new() { GraceSeconds = 0.1 }, cancel: Cancel);
        while ((await server.Client.ReadRun(run.Id, wait: TimeSpan.FromSeconds(10), cancel: Cancel)).EndedAt is null)
            Cancel.ThrowIfCancellationRequested();

        var degraded = await server.Client.Ready(Cancel);
        Assert.Equal("degraded", degraded.Status);
        Assert.Contains("1 place of the embedded worker", Assert.Single(degraded.Says!), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel)).StatusCode);
        var page = await Page.Of(server);
        Assert.Equal((TestServer.Capacity - 1, 0, 1), (page["rein_places{state=\"free\"}"], page["rein_places{state=\"taken\"}"], page["rein_places{state=\"lost\"}"]));

        server.Release();
        Assert.True((await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel)).IsGone);
        // The proof is committed before the place is given back: ask until it is.
        while ((await server.Client.Ready(Cancel)).Status is not "ready")
            Cancel.ThrowIfCancellationRequested();
        Assert.Equal(TestServer.Capacity, (await Page.Of(server))["rein_places{state=\"free\"}"]);
    }
}
