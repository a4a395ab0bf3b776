using FsCheck;
using FsCheck.Fluent;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Properties;

/// <summary>The worlds of the explorer with everything in them switched on, too large to be explored to their end: walked through at random.</summary>
public sealed class RandomWalkTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Scenarios.Wide.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void However_long_a_world_goes_on_everything_that_must_hold_holds(string name)
    {
        var scenario = Scenarios.Wide.Single(one => one.Name == name);
        var walk = new Walk(scenario);
        Seeds.Check(output, cases: 60, Prop.ForAll(Seeds.Choices(length: 150), choices =>
        {
            var broken = walk.Along(choices);
            return (broken is null).Label(broken ?? "");
        }));
        output.WriteLine($"{name}: {walk.Steps:N0} moves");
    }

    /// <summary>Follows a list of numbers: each chooses among the moves there are.</summary>
    sealed class Walk
    {
        readonly RunSpace[] spaces;
        readonly Moves moves;
        readonly WorldChecks checks;
        readonly List<Next> next = [];

        public Walk(Scenario scenario)
        {
            spaces = [.. Enumerable.Range(0, scenario.Runs.Length).Select(run => new RunSpace(scenario, run, Mutation.None))];
            moves = new(scenario, spaces, Mutation.None);
            checks = new(scenario, spaces);
        }

        public int Steps { get; private set; }

        public string? Along(int[] choices)
        {
            var world = World.Empty;
            var trace = new List<string>();
            foreach (var choice in choices)
            {
                next.Clear();
                moves.From(world, next);
                var chosen = next[choice % next.Count];
                trace.Add(chosen.Move.Describe(spaces));
                Steps++;
                world = chosen.World;
                if ((chosen.Broken ?? checks.Broken(world) ?? TimersOf(world)) is { } broken)
                    return $"{broken}\n    {string.Join("\n    ", trace)}";
            }
            return null;
        }

        string? TimersOf(World world)
        {
            for (var run = 0; run < spaces.Length; run++)
                if (world.RunAt(run) >= 0 && TimerChecks.Broken(spaces[run], world.RunAt(run)) is { } broken)
                    return broken;
            return null;
        }
    }
}
