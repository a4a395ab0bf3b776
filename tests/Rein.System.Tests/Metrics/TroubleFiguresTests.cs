using System.Text;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Metrics;

public sealed class TroubleFiguresTests
{
    [Fact]
    public async Task A_command_that_fails_alone_is_counted()
    {
        CommitProbe poison = (kinds, isCommitted) =>
        {
            if (!isCommitted && kinds.HasFlag(CommitKinds.Stop))
                throw new InvalidOperationException("poison");
        };
        await using var node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = poison } });
        var run = await node.StartRun(Graphs.Single("noop"));

        await Assert.ThrowsAsync<CommitException>(() => node.Stop(run));

        Assert.Equal(1, node.Scrape()["rein_commands_failed_total"]);
        Assert.Equal(0, node.Scrape()["rein_stop_latency_seconds_count{stage=\"durable\",origin=\"manual\"}"]);
    }

    [Fact]
    public async Task Starts_that_are_refused_as_busy_are_counted_each()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var start = new StartRun
        {
            Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
            Organization = node.Organization,
            Definition = Definition.Parse(Encoding.UTF8.GetBytes(Graphs.Single("noop")), KindCatalog.BuiltIn).Value!,
            Actor = "key:test",
        };
        var tooMany = Enumerable.Repeat(new StartOrder(start), WorkQueue.StartBound + 1).ToList();

        await Assert.ThrowsAsync<BusyException>(() => node.Commands.Start(tooMany));

        Assert.Equal(tooMany.Count, node.Scrape()["rein_starts_busy_total"]);
        Assert.Equal(0, node.Scrape()["rein_runs_started_total"]);
    }

    [Fact]
    public async Task A_stop_of_a_queued_run_is_durable_ended_and_proved_in_one_commit_and_told_to_nobody()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var run = await node.StartRun(Graphs.Single("noop"));

        Assert.Equal(Answer.Stopped, (await node.Stop(run)).Answer);

        var page = node.Scrape();
        double Count(string stage) => page[$"rein_stop_latency_seconds_count{{stage=\"{stage}\",origin=\"manual\"}}"];
        Assert.Equal((1, 1, 1), (Count("durable"), Count("ended"), Count("proved")));
        Assert.Equal((0, 0), (Count("signalled"), Count("heard")));
    }
}
