using Xunit;

namespace Rein.Core.Tests.Explorer;

public sealed class ExplorerTests(ITestOutputHelper output)
{
    [Fact]
    public void In_every_state_that_can_be_reached_everything_that_must_hold_holds()
    {
        var explored = Scenarios.All.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(scenario => Search.Through(scenario, Mutation.None, 4_000_000)).ToList();
        foreach (var one in explored)
            output.WriteLine($"{one.Scenario}: {one.Worlds:N0} states, {one.Moves:N0} moves, {one.Decisions:N0} pairs of command and run state, {one.Took.TotalSeconds:F1} s \n {one.Violation}");
        output.WriteLine($"together: {explored.Sum(one => one.Worlds):N0} states, {explored.Sum(one => one.Decisions):N0} pairs");
        Assert.DoesNotContain(explored, one => one.Violation is not null);
    }
}
