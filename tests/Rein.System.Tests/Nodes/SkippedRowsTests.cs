using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.System.Tests.Nodes;

/// <summary>Rows of a run that another transaction holds wait for it; what is in the same batch does not.</summary>
public sealed class SkippedRowsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_beside_rows_that_have_to_wait_is_decided_on_its_run()
    {
        await using var cluster = await TestCluster.Start(1, new() { Capacity = 0 });
        var node = cluster.Nodes[0];
        var (busy, waits, free) = await ThreeOfOneLane(node);
        await using var before = await cluster.Hold(busy);
        await using var other = await cluster.Hold(waits);

        var first = node.Commands.Submit(null, Word(busy));
        await before.UntilWaitedFor(Cancel);
        var rows = node.Commands.Append(null, new(AppendKind.Item, waits, "work", 1, 1, ["1"u8.ToArray()]));
        var beside = node.Commands.Submit(null, Word(free));
        await before.LetGo();

        Assert.Equal(free, (await beside.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel)).Run?.Id);
        await other.LetGo();
        Assert.True((await rows).IsFenced);
        Assert.Equal(busy, (await first).Run?.Id);
    }

    [Fact]
    public async Task An_admission_waits_for_a_run_that_somebody_else_holds_and_is_not_put_off()
    {
        await using var cluster = await TestCluster.Start(1, new() { Capacity = 0 });
        var node = cluster.Nodes[0];
        var key = new LimitKey(node.Organization, "key");
        await node.Stores.Limits.Put(key, 0, Cancel);
        var waiting = await node.StartRun(Graphs.Single("hold"), start => start with { LimitKeys = ["key"] });
        await using var held = await cluster.Hold(waiting);
        await node.Stores.Limits.Put(key, 1, Cancel);

        var admission = node.Commands.Admit(key);
        await Task.WhenAny(held.UntilWaitedFor(Cancel), admission);
        Assert.False(admission.IsCompleted);
        await held.LetGo();

        await admission;
        Assert.False((await node.Read(waiting)).IsBlocked);
    }

    /// <summary>Of an attempt that there never was.</summary>
    static HearStop Word(Guid run) => new(run, "work", 1);

    /// <summary>The last byte of its id says which lane commits a run.</summary>
    static async Task<(Guid, Guid, Guid)> ThreeOfOneLane(TestNode node)
    {
        var runs = new List<Guid>();
        while (true)
        {
            runs.Add(await node.StartRun(Graphs.Single("hold")));
            if (runs.GroupBy(run => run.ToByteArray()[15] % 4).FirstOrDefault(lane => lane.Count() == 3)?.ToList() is [var one, var two, var three])
                return (one, two, three);
        }
    }
}
