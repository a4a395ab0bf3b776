using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Protocol.Workers;
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

    [Theory(DisplayName = "H2 A child is stopped as its parent is")]
    [InlineData(StopOrigin.Manual, FenceAt.End, true)]
    [InlineData(StopOrigin.Manual, FenceAt.Now, false)]
    [InlineData(StopOrigin.Panic, FenceAt.End, false)]
    public async Task A_child_inherits_the_wish(StopOrigin origin, FenceAt fence, bool force)
    {
        await using var node = await TestNode.Start(new() { Wire = channel => new CutChannel(channel, frame => frame is StopFrame) });
        var parent = await node.StartRun(Graphs.Single("hold"));
        var child = await node.StartChild(parent, Graphs.Single("hold"));

        await node.Commands.Submit(node.Organization, new RequestStop(parent, origin, "key:test", "a test", TimeSpan.FromSeconds(20), fence, force));
        var stopped = await node.Until(child, now => now.Stop is not null);

        var wish = (await node.Read(parent)).Stop!;
        Assert.Equal((StopOrigin.Parent, "key:test", "a test"), (stopped.Stop!.Origin, stopped.Stop.Actor, stopped.Stop.Reason));
        Assert.Equal((fence, force, wish.SkipsCleanUp), (stopped.Stop.Fence, stopped.Stop.Force, stopped.Stop.SkipsCleanUp));
        Assert.Equal(origin is StopOrigin.Panic, wish.SkipsCleanUp);
        Assert.True(force || stopped.Stop.GraceEndsAt <= wish.GraceEndsAt);
    }

    [Fact(DisplayName = "H2 A cascade that could not be committed is tried again")]
    public async Task A_cascade_that_failed_is_still_owed()
    {
        var stops = 0;
        CommitProbe probe = (kinds, isCommitted) =>
        {
            // The parent's goes through; the child's does not, and not alone either.
            if (kinds.HasFlag(CommitKinds.Stop) && !isCommitted && Interlocked.Increment(ref stops) is 2 or 3)
                throw new InvalidOperationException("poison");
        };
        await using var node = await TestNode.Start(new() { Options = NodeSetup.Quick with { Probe = probe } });
        var parent = await node.StartRun(Graphs.Single("hold"));
        var child = await node.StartChild(parent, Graphs.Single("hold"));

        await node.Stop(parent);

        Assert.Equal(RunState.Stopped, (await node.UntilEnded(child)).State);
        Assert.Equal(4, stops);
        Assert.Equal(1, node.Scrape()["rein_duties_failed_total{kind=\"cascade\"}"]);
    }
}
