using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

public sealed class SlotTests
{
    [Fact(DisplayName = "H3 After every kind of ending the slot is free in the same commit, and the next blocked run is admitted")]
    public async Task A_limit_of_one_never_deadlocks()
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["failing"] = (_, _) => Task.FromResult(StepResult.Failure("no luck")) } });
        var key = new LimitKey(node.Organization, "acme");
        await node.Stores.Limits.Put(key, 1, CancellationToken.None);
        string[] kinds = ["noop", "failing", "hold", "hold", "noop"];
        var runs = new List<Guid>();
        foreach (var kind in kinds)
            runs.Add(await node.StartRun(Graphs.Single(kind), start => start with { LimitKeys = ["acme"] }));

        await node.Until(runs[2], run => run.ActiveAttempts == 1);
        await node.Stop(runs[2]);
        await node.Until(runs[3], run => run.ActiveAttempts == 1);
        await node.Stop(runs[3], force: true);
        var last = await node.UntilEnded(runs[4]);

        Assert.Equal(RunState.Succeeded, last.State);
        Assert.Equal(0, (await node.Stores.Limits.Find(key, CancellationToken.None))!.Held);
        Assert.Empty(await node.Stores.Limits.Holders(key, CancellationToken.None));
    }
}
