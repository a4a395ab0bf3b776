using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Storage.Postgres;
using Rein.System.Tests.Host;
using Rein.System.Tests.Nodes;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>axiom.ai at two nodes of one PostgreSQL.</summary>
public sealed class AxiomNodesTests
{
    [Fact]
    public async Task What_was_triggered_at_one_node_is_read_and_stopped_at_another()
    {
        await using var cluster = await TestCluster.Start(0, new());
        await using var ones = cluster.Open(new());
        await using var others = cluster.Open(new());
        await using var first = Node(ones);
        await using var second = Node(others);
        await first.InitializeAsync();
        await second.InitializeAsync();
        var name = await first.Save("collect");
        var before = "";
        for (var i = 0; i < 6; i++)
        {
            var (here, there) = i % 2 == 0 ? (first, second) : (second, first);
            var run = await here.Trigger(name, key: first.Key);
            Assert.NotEqual(before, before = run.Pid);
            while ((await there.RunData(name, first.Key)).Raw() != """{"status":"Running","data":{"work":[["1"],["2"],["drei"]]}}""") { }
            Assert.Equal($$"""{"stopped":"{{run.Pid}}"}""", (await there.Stop(run)).Raw());
            Assert.Equal("""{"status":"Failure","data":{"work":[["1"],["2"],["drei"]]}}""", (await here.RunData(name, first.Key)).Raw());
        }
        Assert.Equal(5, (await second.Axiom("/run-reports", key: first.Key)).Data.GetProperty("reports").GetArrayLength());
        Assert.Equal((await first.Axiom("/remaining-runtime")).Raw(), (await second.Axiom("/remaining-runtime", key: first.Key)).Raw());
    }

    /// <summary>The key of the first is that of the store.</summary>
    static TestServer Node(PostgresStores stores)
    {
        TestServer? node = null;
        node = new()
        {
            Adjust = options => options with { IsOnlyNode = false },
            Between = _ => Task.Run(async () =>
            {
                await stores.Migrate(Cancel);
                await KeyRing.Found(stores.Keys, node!.Key, TimeProvider.System, Cancel);
                return (IStores)stores;
            }).GetAwaiter().GetResult(),
        };
        return node;
    }
}
