using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Metrics;

public sealed class StopFiguresTests(TestServer server) : IClassFixture<TestServer>
{
    const string Latency = "rein_stop_latency_seconds";

    [Theory]
    [InlineData("durable")]
    [InlineData("signalled")]
    [InlineData("heard")]
    [InlineData("ended")]
    [InlineData("proved")]
    public async Task Every_stage_of_a_stop_is_measured_once_under_its_origin(string stage)
    {
        var series = $"{{stage=\"{stage}\",origin=\"manual\"}}";
        var run = await server.StartAndBegin("hold");
        var before = await Page.Of(server);

        Assert.True((await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel)).IsGone);
        var after = await Page.Of(server);

        Assert.Equal(1, after[$"{Latency}_count{series}"] - before[$"{Latency}_count{series}"]);
        Assert.InRange(after[$"{Latency}_sum{series}"] - before[$"{Latency}_sum{series}"], 0, 30);
        var buckets = after.Buckets($"{Latency}_bucket{{stage=\"{stage}\",origin=\"manual\"");
        Assert.Equal(buckets.Order(), buckets);
        Assert.Equal(after[$"{Latency}_count{series}"], buckets[^1]);
    }

    [Fact]
    public async Task A_stop_that_comes_too_late_is_not_measured()
    {
        const string durable = Latency + "_count{stage=\"durable\",origin=\"manual\"}";
        var run = await server.StartAndBegin("hold");
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var before = await Page.Of(server);

        Assert.Equal("already_ended", (await server.Client.Stop(run.Id, cancel: Cancel)).Answer);

        Assert.Equal(before[durable], (await Page.Of(server))[durable]);
    }

    [Fact]
    public async Task A_run_is_counted_when_it_starts_and_when_it_ends_by_its_cause()
    {
        const string ended = "rein_runs_ended_total{state=\"stopped\",cause=\"manual\"}";
        var before = await Page.Of(server);
        var run = await server.StartAndBegin("hold");
        var between = await Page.Of(server);
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var after = await Page.Of(server);

        Assert.Equal((1, 0), (between["rein_runs_started_total"] - before["rein_runs_started_total"], between[ended] - before[ended]));
        Assert.Equal((1, 1), (after["rein_runs_started_total"] - before["rein_runs_started_total"], after[ended] - before[ended]));
        Assert.True(after["rein_commits_total"] > between["rein_commits_total"]);
        Assert.Equal(after["rein_commits_total"], after["rein_commit_size_count"]);
        Assert.Equal(after["rein_commits_total"], after["rein_commit_latency_seconds_count"]);
    }

    [Fact]
    public async Task A_place_is_taken_while_its_attempt_executes()
    {
        var run = await server.StartAndBegin("hold");
        var taken = await Page.Of(server);
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);

        Assert.Equal(1, taken["rein_sessions"]);
        Assert.True(taken["rein_places{state=\"taken\"}"] >= 1);
        Assert.Equal(TestServer.Capacity, new[] { "free", "taken", "lost" }.Sum(state => taken[$"rein_places{{state=\"{state}\"}}"]));
        Assert.All(["stop", "report", "timer", "start"], urgency => Assert.Contains($"rein_queue_depth{{urgency=\"{urgency}\"}} ", taken.Text, StringComparison.Ordinal));
    }
}
