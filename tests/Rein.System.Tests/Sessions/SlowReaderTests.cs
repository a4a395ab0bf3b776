using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Sessions;

public sealed class SlowReaderTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_that_blocks_holds_up_no_commit()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var opened = await channel.Open(new("slow", null, ["hold"], 1), Cancel);
        var mayGo = new ManualResetEventSlim();
        var isReading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hasRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = Task.Run(Read, Cancel);
        try
        {
            await isReading.Task.WaitAsync(Patience, TimeProvider.System, Cancel);
            var run = await node.StartRun(Graphs.Single("hold"));
            await hasRead.Task.WaitAsync(Patience, TimeProvider.System, Cancel);

            var stop = await node.Stop(run).WaitAsync(Patience, TimeProvider.System, Cancel);

            Assert.NotNull(stop.Run!.Stop);
        }
        finally
        {
            mayGo.Set();
            await reading;
        }

        async Task Read()
        {
            Assert.Null(SynchronizationContext.Current);
            await using var frames = channel.Commands(opened.Session, CancellationToken.None).GetAsyncEnumerator();
            var next = frames.MoveNextAsync();
            isReading.SetResult();
            Assert.True(await next);
            Assert.IsType<AssignFrame>(frames.Current);
            hasRead.SetResult();
            mayGo.Wait(Patience);
        }
    }
}
