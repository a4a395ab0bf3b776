using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Rein.Core.Tests.Explorer;

public sealed class ExplorerTests(ITestOutputHelper output)
{
    [Fact]
    public void In_every_state_that_can_be_reached_everything_that_must_hold_holds()
    {
        var clock = Stopwatch.StartNew();
        var explored = Explorations.Real;
        foreach (var one in explored)
            output.WriteLine($"{one.Scenario}: {one.Worlds:N0} states, {one.Moves:N0} moves, {one.Decisions:N0} pairs of command and run state, {one.Took.TotalSeconds:F1} s");
        var states = explored.Sum(one => one.Worlds);
        output.WriteLine($"together {states:N0} states and {explored.Sum(one => one.Decisions):N0} pairs in {clock.Elapsed.TotalSeconds:F1} s ({Environment.CpuUsage.TotalTime.TotalSeconds:F1} s of processor)");
        Assert.All(explored, one => Assert.True(one.Violation is null, one.Violation));
        Assert.All(explored, one => Assert.True(one.IsWhole, $"{one.Scenario} was not explored to its end"));
        Assert.True(states >= 100_000, $"only {states} states");
    }
}

/// <summary>The exploration of the real thing: made once, read by several tests.</summary>
static class Explorations
{
    static readonly Lazy<IReadOnlyList<Explored>> Whole = new(() => Through(Mutation.None));

    public static IReadOnlyList<Explored> Real => Whole.Value;

    static List<Explored> Through(Mutation mutation) =>
    [
        .. Partitioner.Create(Scenarios.All, EnumerablePartitionerOptions.NoBuffering).AsParallel().WithDegreeOfParallelism(2)
            .Select(scenario => Search.Through(scenario, mutation))
            .OrderBy(explored => explored.Scenario, StringComparer.Ordinal),
    ];
}
