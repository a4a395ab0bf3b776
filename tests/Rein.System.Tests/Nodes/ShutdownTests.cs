using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Nodes;

public sealed class ShutdownTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A node that shuts down while its store refuses tells whoever waits, and ends")]
    public async Task A_store_that_refuses_holds_up_no_shutdown()
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CommitProbe away = (kinds, isCommitted) =>
        {
            if (isCommitted || !kinds.HasFlag(CommitKinds.Stop))
                return;
            refused.TrySetResult();
            throw new StoreException("the disk is full") { IsTransient = true };
        };
        await using var node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = away, Time = new Hurried() } });
        var run = await node.StartRun(Graphs.Single("noop"));
        var stop = node.Stop(run);
        await refused.Task.WaitAsync(Patience, TimeProvider.System, Cancel);

        await node.Die().WaitAsync(Patience, TimeProvider.System, Cancel);

        var told = await Assert.ThrowsAsync<CommitException>(() => stop.WaitAsync(Patience, TimeProvider.System, Cancel));
        Assert.IsType<StoreException>(told.InnerException);
        await Assert.ThrowsAsync<CommitException>(() => node.Stop(run).WaitAsync(Patience, TimeProvider.System, Cancel));
    }
}
