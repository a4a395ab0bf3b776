using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Items;

public sealed class FailingExportTests
{
    volatile bool isBroken = true;

    [Fact]
    public async Task An_account_that_fails_again_and_again_is_given_up_where_everybody_sees_it_and_made_when_asked_for_again()
    {
        await using var node = await TestNode.Start(new()
        {
            Handlers = { ["adding"] = Add },
            Options = NodeSetup.Quick with { Probe = Break },
        });
        var run = await node.StartRun(Graphs.Single("adding"));
        await node.UntilEnded(run);
        Assert.Equal(ExportState.Due, (await Export(node, run)).State);

        // The pauses between the tries are minutes.
        node.Damage("UPDATE duties SET failures = 7, due_at = 0");
        node.Duties.Look();
        await node.UntilAsync(run, async () => (await Export(node, run)).State is ExportState.Failed);
        Assert.Equal("the items are out of order", (await Export(node, run)).Error);
        Assert.Empty(await node.Stores.Duties.Take(10, TimeSpan.Zero, CancellationToken.None));

        isBroken = false;
        Assert.True(await node.Stores.Exports.Ask(node.Organization, run, CancellationToken.None));
        node.Duties.Look();
        await node.UntilAsync(run, async () => (await Export(node, run)).State is ExportState.Done);
        Assert.Equal(2, (await Export(node, run)).Manifest!.Items);
    }

    static async Task<StepResult> Add(RunContext run, CancellationToken stop)
    {
        await run.Items.Add("1"u8.ToArray());
        await run.Items.Add("2"u8.ToArray());
        return StepResult.Success;
    }

    void Break(CommitKinds kinds, bool isCommitted)
    {
        if (isBroken && kinds is CommitKinds.Duties && !isCommitted)
            throw new InvalidDataException("the items are out of order");
    }

    static async Task<ExportView> Export(TestNode node, Guid run) =>
        (await node.Stores.Reader.Find(node.Organization, run, CancellationToken.None))!.Export!;
}
