using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Upkeep;

public sealed class PruningTests
{
    const int Old = 10_000;
    const int New = 200;

    [Fact]
    public async Task Claims_go_on_while_ten_thousand_runs_are_pruned()
    {
        await using var node = await TestNode.Start();
        var template = node.Parse(Graphs.Delay(0));
        for (var started = 0; started < Old; started += 500)
            await node.Commands.Start([.. Enumerable.Range(0, 500).Select(_ => new Server.Commits.StartOrder(template with { Run = NewId() }))]);
        var last = (await node.Stores.Reader.List(new(node.Organization, 1), CancellationToken.None))[0].Run;
        await node.UntilEnded(last.Id);

        await EndOne(node);
        var pruning = Task.Run(() => PruneAll(node));
        var during = 0;
        for (var i = 1; i < New; i++)
        {
            await EndOne(node);
            during += pruning.IsCompleted ? 0 : 1;
        }
        var pruned = await pruning;

        Assert.True(during > 0, "all runs were pruned before another one had ended");
        Assert.InRange(pruned, Old, Old + New);
        Assert.Null(await node.Stores.Reader.Find(node.Organization, last.Id, CancellationToken.None));
        Assert.Equal(0, await node.Stores.Retention.Sweep(100, CancellationToken.None));
        Assert.Empty(await node.Stores.Limits.Holders(new(node.Organization, "acme"), null, 10, CancellationToken.None));
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(null, 0, null)]
    [InlineData(10, null, 5)]
    [InlineData(null, null, 5)]
    public void Bounds_that_cannot_be_meant_are_refused_at_start(int? days, int? count, int? receiptDays) =>
        Assert.NotEmpty((new ReinServerOptions
        {
            Retention = new()
            {
                KeepRuns = days is { } d ? TimeSpan.FromDays(d) : null,
                KeepRunsCount = count,
                KeepReceipts = receiptDays is { } r ? TimeSpan.FromDays(r) : null,
            },
        }).Faults());

    static async Task EndOne(TestNode node) =>
        await node.UntilEnded(await node.StartRun(Graphs.Single("noop"), start => start with { LimitKeys = ["acme"] }));

    /// <summary>Takes its turn among whoever waits for a thread, as the claims do: on the store's own it would be done before they are given one.</summary>
    static async Task<int> PruneAll(TestNode node)
    {
        var pruned = 0;
        var rule = new PruneRule(node.Organization, TimeSpan.FromMicroseconds(1), null, 100);
        for (Guid? after = Guid.Empty; after is { } from;)
        {
            var step = await node.Stores.Retention.Prune(rule, from, CancellationToken.None);
            await Task.Yield();
            pruned += step.Pruned;
            while (await node.Stores.Retention.Sweep(500, CancellationToken.None) > 0) { }
            after = step.Last;
        }
        return pruned;
    }

    static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
