using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Upkeep;

public sealed class OrphanTests
{
    [Fact]
    public async Task An_orphan_that_cannot_be_lost_keeps_no_worker_out()
    {
        var isPoison = false;
        await using var node = await TestNode.Start(new()
        {
            Capacity = 0,
            Options = NodeSetup.Quick with { Probe = (_, _) =>
            {
                if (Volatile.Read(ref isPoison))
                    throw new InvalidOperationException("poison");
            } },
        });
        var channel = node.NewChannel();
        var request = new OpenSession("one", null, ["hold"], 1);
        var former = await channel.Open(request, CancellationToken.None);
        var run = await node.StartRun(Graphs.Single("hold"));
        await foreach (var frame in channel.Commands(former.Session, CancellationToken.None))
            if (frame is AssignFrame)
                break;

        Volatile.Write(ref isPoison, true);
        var opened = await channel.Open(request, CancellationToken.None);

        Assert.NotEqual(former.Session, opened.Session);
        Assert.Equal(1, (await node.Read(run)).ActiveAttempts);
    }
}
