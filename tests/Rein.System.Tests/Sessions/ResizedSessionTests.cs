using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Sessions;

/// <summary>A worker says with a heartbeat that it has more places, or fewer.</summary>
public sealed class ResizedSessionTests(TestServer server) : IClassFixture<TestServer>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Places_that_a_heartbeat_adds_are_handed_out_at_once_and_those_it_takes_away_are_not()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var opened = await channel.Open(new("grows", null, ["hold"], 1), Cancel);
        await using var frames = channel.Commands(opened.Session, Cancel).GetAsyncEnumerator(Cancel);
        var next = frames.MoveNextAsync().AsTask();
        await node.StartRun(Graphs.Single("hold"));
        Assert.True(await next);
        var first = Assert.IsType<AssignFrame>(frames.Current).Attempt;
        var waits = await node.StartRun(Graphs.Single("hold"));
        next = frames.MoveNextAsync().AsTask();

        await channel.Beat(opened.Session, new([first]) { Capacity = 2 }, Cancel);

        Assert.True(await next);
        var second = Assert.IsType<AssignFrame>(frames.Current).Attempt;
        Assert.Equal(waits, second.Run);
        Assert.Equal(2, await CapacityOf(node, opened.Session));

        await channel.Beat(opened.Session, new([first, second]) { Capacity = 1 }, Cancel);
        await channel.Report(opened.Session, [new EndedReport(first, AttemptOutcome.Succeeded, AttemptProof.Clean)], Cancel);
        Assert.Equal(0, Assert.Single(node.Capacity.Sessions).Free);
        await channel.Beat(opened.Session, new([second]), Cancel);
        Assert.Equal(1, await CapacityOf(node, opened.Session));
        await channel.Report(opened.Session, [new EndedReport(second, AttemptOutcome.Succeeded, AttemptProof.Clean)], Cancel);
        Assert.Equal(1, Assert.Single(node.Capacity.Sessions).Free);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("100001")]
    [InlineData("\"2\"")]
    public async Task A_capacity_that_none_can_have_is_refused(string capacity)
    {
        using var client = await server.ConnectWith("work");
        var session = (await client.OpenSession(new("bounded" + capacity, null, ["hold"], 1), Cancel)).Session;
        await Refused.With(ProblemCodes.BadField, await server.Send(HttpMethod.Post, $"/v1/sessions/{session}/heartbeat", $$"""{"held":[],"capacity":{{capacity}}}"""));
    }

    static async Task<int> CapacityOf(TestNode node, Guid session) =>
        (await node.Stores.Sessions.List(node.Organization, Cancel)).Single(one => one.Id == session).Capacity;
}
