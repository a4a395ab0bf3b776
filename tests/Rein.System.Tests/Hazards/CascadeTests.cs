using Rein.Core.Runs;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

public sealed class CascadeTests
{
    [Fact(DisplayName = "H2 A stop reaches a grandchild below a child that has ended")]
    public async Task A_stop_descends_through_ended_children()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await TestNode.Start(new() { Handlers = { ["released"] = async (_, _) =>
        {
            await release.Task;
            return StepResult.Success;
        } } });
        var parent = await node.StartRun(Graphs.Single("hold"));
        var child = await node.StartChild(parent, Graphs.Single("released"));
        var grandchild = await node.StartChild(child, Graphs.Single("hold"));
        release.SetResult();
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(child)).State);
        Assert.False((await node.Read(grandchild)).HasEnded);

        await node.Stop(parent);
        var ended = await node.UntilEnded(grandchild);

        Assert.Equal((RunState.Stopped, StopOrigin.Parent), (ended.State, ended.Stop!.Origin));
        var wish = (await node.Read(parent)).Stop!;
        Assert.True(ended.Stop.GraceEndsAt <= wish.GraceEndsAt);
    }

    [Fact(DisplayName = "H2 A stop of children does not wait behind an export")]
    public async Task A_cascade_waits_for_no_export()
    {
        var exporting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        CommitProbe probe = (kinds, isCommitted) =>
        {
            if (kinds is CommitKinds.Duties && !isCommitted && exporting.TrySetResult())
                release.Wait(CancellationToken.None);
        };
        await using var node = await TestNode.Start(new()
        {
            Options = NodeSetup.Quick with { Probe = probe },
            Handlers = { ["collects"] = async (run, _) =>
            {
                await run.Items.AddText("one");
                return StepResult.Success;
            } },
        });
        await node.StartRun(Graphs.Single("collects"));
        await exporting.Task;
        var parent = await node.StartRun(Graphs.Single("hold"));
        var child = await node.StartChild(parent, Graphs.Single("hold"));

        try
        {
            await node.Stop(parent);
            Assert.Equal(RunState.Stopped, (await node.UntilEnded(child)).State);
        }
        finally
        {
            release.Set();
        }
    }
}
