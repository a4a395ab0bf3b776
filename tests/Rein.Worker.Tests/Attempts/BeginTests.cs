using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

public sealed class BeginTests
{
    [Fact]
    public async Task An_attempt_that_is_assigned_again_behind_its_end_is_not_begun_twice()
    {
        var began = 0;
        await using var server = new ServerByHand(new StopThread(), "quick", (_, _) =>
        {
            Interlocked.Increment(ref began);
            return Task.FromResult(StepResult.Success);
        });
        var first = await Ended(server, server.Assign("quick"));
        // By its report the confirmation of the one before has come.
        await Ended(server, server.Assign("quick"));

        server.Assign("quick", first);

        await Ended(server, server.Assign("quick"));
        Assert.Equal(3, began);
    }

    static async Task<AttemptRef> Ended(ServerByHand server, AttemptRef attempt)
    {
        Assert.Equal(attempt, Assert.IsType<EndedReport>(await server.Next()).Attempt);
        return attempt;
    }
}
