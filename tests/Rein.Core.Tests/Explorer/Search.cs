using System.Diagnostics;
using System.Text;

namespace Rein.Core.Tests.Explorer;

/// <summary>What was explored, and the shortest way to the first thing that does not hold.</summary>
sealed record Explored(string Scenario, int Worlds, long Moves, int Decisions, TimeSpan Took, string? Violation, bool IsWhole, IReadOnlyList<RunSpace> Spaces);

/// <summary>Breadth first over every world of a scenario: so the first violation has the shortest trace.</summary>
sealed class Search
{
    readonly Scenario scenario;
    readonly RunSpace[] spaces;
    readonly Moves moves;
    readonly WorldChecks checks;
    readonly List<(World World, int From, Move Move)> worlds = [];
    readonly Dictionary<World, int> known = [];
    readonly HashSet<(int Run, int State)> asked = [];
    readonly int most;
    long taken;

    Search(Scenario scenario, Mutation mutation, int most)
    {
        this.scenario = scenario;
        this.most = most;
        spaces = [.. Enumerable.Range(0, scenario.Runs.Length).Select(number => new RunSpace(scenario, number, mutation))];
        moves = new(scenario, spaces, mutation);
        checks = new(scenario, spaces);
    }

    public static Explored Through(Scenario scenario, Mutation mutation, int most = 1_000_000)
    {
        var clock = Stopwatch.StartNew();
        var search = new Search(scenario, mutation, most);
        var violation = search.Run();
        return new(
            scenario.Name, search.worlds.Count, search.taken, search.spaces.Sum(space => space.Decisions), clock.Elapsed, violation, search.worlds.Count < most, search.spaces);
    }

    string? Run()
    {
        var next = new List<Next>();
        Meet(World.Empty, -1, default);
        for (var at = 0; at < worlds.Count && worlds.Count < most; at++)
        {
            var world = worlds[at].World;
            if (AskAll(world, at) is { } forged)
                return forged;
            next.Clear();
            moves.From(world, next);
            taken += next.Count;
            foreach (var (move, after, broken) in next)
            {
                if (broken is not null)
                    return Trace(at, move, broken);
                if (known.ContainsKey(after))
                    continue;
                if (checks.Broken(after) is { } wrong)
                    return Trace(at, move, wrong);
                Meet(moves.Forget(after), at, move);
            }
        }
        return null;
    }

    void Meet(World world, int from, Move move)
    {
        if (known.TryAdd(world, worlds.Count))
            worlds.Add((world, from, move));
    }

    string? AskAll(World world, int at)
    {
        for (sbyte run = 0; run < spaces.Length; run++)
        {
            var state = world.RunAt(run);
            if (state >= 0 && asked.Add((run, state)) && spaces[run].AskAll(state) is var (label, broken))
                return Trace(at, new(label, run, Note: " (asked of this state)"), broken);
        }
        return null;
    }

    string Trace(int at, Move last, string broken)
    {
        var steps = new Stack<Move>([last]);
        for (var index = at; worlds[index].From >= 0; index = worlds[index].From)
            steps.Push(worlds[index].Move);
        var text = new StringBuilder($"{broken}\n  in \"{scenario.Name}\", after {steps.Count} moves:\n");
        foreach (var move in steps)
            text.Append("    ").Append(move.Describe(spaces)).Append('\n');
        return text.ToString();
    }
}
