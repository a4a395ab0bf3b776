using FsCheck;
using FsCheck.Fluent;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Properties;

/// <summary>Several commands for one run in one transaction: loaded once, decided in order, written once.</summary>
public sealed class BatchTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Scenarios.Wide.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_of_commands_writes_what_they_would_have_written_one_by_one(string name)
    {
        var scenario = Scenarios.Wide.Single(one => one.Name == name);
        Seeds.Check(output, cases: 100, Prop.ForAll(Seeds.Choices(length: 80), choices =>
        {
            var broken = Along(scenario, choices);
            return (broken is null).Label(broken ?? "");
        }));
    }

    static string? Along(Scenario scenario, int[] choices)
    {
        var questions = new Questions(scenario, 0);
        var slots = scenario.SlotsOf(0);
        var start = scenario.Runs[0];
        var rows = Rows.Of(new(null, start.Decide(hasRoom: true, Clock.Rules, Clock.Now).Change!, start));
        for (var at = 0; at + 4 <= choices.Length && !rows.Run.HasEnded; at += 4)
        {
            var batch = choices.AsSpan(at, 2 + choices[at + 3] % 2).ToArray();
            var asked = batch.Select(choice => questions[choice % questions.Count]).ToList();
            var commands = asked.Select(question => question.Command(rows)).OfType<ICommand>().ToList();
            var apart = commands.Aggregate(rows, One);
            var together = Together(rows, commands);
            if (!Same(apart, together, scenario))
                return string.Join(" + ", asked.Select(question => question.Label));
            rows = Clock.Tick(Clock.Normalise(together, slots));
        }
        return null;
    }

    static Rows One(Rows rows, ICommand command)
    {
        var before = rows.Load(command.Slice(rows.Run.Definition));
        return command.Decide(before, Clock.Now).Change is { } change ? rows.Write(new(before, change)) : rows;
    }

    static Rows Together(Rows rows, IReadOnlyList<ICommand> commands)
    {
        var slice = commands.Aggregate(Slice.Head, (slice, command) => slice.And(command.Slice(rows.Run.Definition)));
        var before = rows.Load(slice);
        Change? whole = null;
        foreach (var command in commands)
            if (WithArchive(command, whole).Decide(whole?.Run ?? before, Clock.Now).Change is { } change)
                whole = whole?.Then(change) ?? change;
        return whole is null ? rows : rows.Write(new(before, whole));
    }

    /// <summary>An attempt that was archived or proved earlier in the batch is not in the store yet as it is now.</summary>
    static ICommand WithArchive(ICommand command, Change? whole) =>
        command is ProveAttempt proof && whole?.Archived.LastOrDefault(entry => entry.Step == proof.Step && entry.Attempt.Fence == proof.Fence) is { } entry
            ? proof with { Archived = entry.Attempt }
            : command;

    static bool Same(Rows one, Rows other, Scenario scenario)
    {
        string[] steps = [.. scenario.Runs[0].Definition.Nodes.Keys.Order(StringComparer.Ordinal)];
        return one.Run.Used == other.Run.Used && one.Run.Revision == other.Run.Revision
            && RunKey.Write(new char[RunKey.MaxLength], one, steps).SequenceEqual(RunKey.Write(new char[RunKey.MaxLength], other, steps));
    }
}
