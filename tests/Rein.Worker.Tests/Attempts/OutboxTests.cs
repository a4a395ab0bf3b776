using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

public sealed class OutboxTests
{
    [Fact]
    public async Task How_long_ago_it_was_is_said_anew_with_every_try_of_a_report()
    {
        await using var server = new ServerByHand(new StopThread(), "quick", (_, _) => Task.FromResult(StepResult.Success)) { Losing = 2 };

        server.Assign("quick");
        await server.Next();

        var ages = server.Sent.Select(batch => ((EndedReport)batch.Single()).BeganAgoMs!.Value).ToArray();
        Assert.Equal(3, ages.Length);
        // The outbox pauses 50 ms, then 100.
        Assert.True(ages[1] - ages[0] > 40 && ages[2] - ages[1] > 80, string.Join(", ", ages));
    }
}
