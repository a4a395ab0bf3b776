using FsCheck;
using FsCheck.Fluent;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Core.Tests.Explorer;
using Rein.Core.Tests.Lifecycle;
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
        Seeds.Check(output, cases: Seeds.IsLong ? 1000 : 40, Prop.ForAll(Seeds.Choices(length: 60), choices =>
        {
            var broken = Along(scenario, choices);
            return (broken is null).Label(broken ?? "");
        }));
    }

    [Fact]
    public void A_try_that_is_archived_by_a_claim_is_proved_in_the_same_batch_and_only_once()
    {
        var run = TestRun.Start(Lifecycle.Definitions.Retried);
        run.Claim();
        var lost = run.Fence("a");
        run.Lose();
        var proof = new ProveAttempt(run.Id, "a", lost, TestRun.Killed);
        var after = Together(run.Rows, [new ClaimStep(run.Id, "a", TestRun.Session, "worker"), proof, proof]);
        Assert.Equal((0, 1), (after.Run.Unproved, after.Run.Killed));
        Assert.True(Assert.Single(after.Archived).Attempt.IsProved);
    }

    static string? Along(Scenario scenario, int[] choices)
    {
        var questions = new Questions(scenario, 0);
        var slots = scenario.SlotsOf(0);
        var start = scenario.Runs[0];
        var rows = Rows.Of(new(null, start.Decide(hasRoom: true, Clock.Rules, Clock.Now).Change!, start));
        foreach (var batch in choices.Chunk(3))
        {
            var apart = rows;
            var asked = new List<(string Label, ICommand Command)>();
            foreach (var choice in batch)
                if (Pick(questions, apart, choice) is var (label, command))
                {
                    asked.Add((label, command));
                    apart = One(apart, command);
                }
            var together = Together(rows, [.. asked.Select(one => one.Command)]);
            if (!Same(apart, together, scenario))
                return string.Join(" + ", asked.Select(one => one.Label));
            rows = Clock.Tick(Clock.Normalise(together, slots));
        }
        return null;
    }

    // A prime: so every question comes up, and none more often than others.
    const int Stride = 7919;

    /// <summary>Mostly a command that changes something, and only now and then one that ends everything.</summary>
    static (string Label, ICommand Command)? Pick(Questions questions, Rows rows, int choice)
    {
        for (var offset = 0; offset < questions.Count; offset++)
        {
            var question = questions[(choice + offset * Stride) % questions.Count];
            if (question.Command(rows) is not { } command)
                continue;
            if (choice % 5 == 0 || (command is not (RequestStop or PauseRun or Runs.Lifecycle.StartChild) && One(rows, command) != rows))
                return (question.Label, command);
        }
        return null;
    }

    static Decision Real(ICommand command, Run run) => command.Decide(run, Clock.Now);

    static Rows One(Rows rows, ICommand command)
    {
        var (before, decision) = rows.Decide(command, rows.Load(command.Slice(rows.Run.Definition)), Real);
        return decision.Change is { } change ? rows.Write(new(before, change)) : rows;
    }

    static Rows Together(Rows rows, IReadOnlyList<ICommand> commands)
    {
        var before = rows.Load(Slice.Of([.. commands.Select(command => command.Slice(rows.Run.Definition))]));
        var changes = new List<Change>();
        foreach (var command in commands)
        {
            var (known, decision) = rows.Decide(WithArchive(command, rows, changes), changes is [.., var last] ? last.Run : before, Real);
            before = before.Learn(known with { Steps = known.Steps.RemoveRange(changes.SelectMany(change => change.Touched)) }, Slice.Head);
            if (decision.Change is { } change)
                changes.Add(change);
        }
        if (changes.Count == 0)
            return rows;
        var whole = Change.Of(changes);
        AssertSame(changes.Aggregate((one, next) => one.Then(next)), whole);
        return rows.Write(new(before, whole));
    }

    /// <summary>Put together at once, or pair by pair.</summary>
    static void AssertSame(Change expected, Change whole)
    {
        Assert.Equal(expected.Touched.AsEnumerable(), whole.Touched);
        Assert.Equal(expected.Archived.AsEnumerable(), whole.Archived);
        Assert.Equal(expected.Events.AsEnumerable(), whole.Events);
        Assert.Equal(expected.Effects.AsEnumerable(), whole.Effects);
        Assert.Equal(expected.Requests.AsEnumerable(), whole.Requests);
    }

    /// <summary>What the store knows of an earlier try, unless this batch has archived or proved it since.</summary>
    static ICommand WithArchive(ICommand command, Rows rows, IEnumerable<Change> changes) => command is not ProveAttempt proof ? command : proof with
    {
        Archived = Find(changes.SelectMany(change => change.Archived), proof) ?? Find(rows.Archived, proof),
    };

    static Attempt? Find(IEnumerable<ArchivedAttempt> archived, ProveAttempt proof) =>
        archived.LastOrDefault(entry => entry.Step == proof.Step && entry.Attempt.Fence == proof.Fence)?.Attempt;

    static bool Same(Rows one, Rows other, Scenario scenario)
    {
        string[] steps = [.. scenario.Runs[0].Definition.Nodes.Keys.Order(StringComparer.Ordinal)];
        return one.Run.Used == other.Run.Used && one.Run.Revision == other.Run.Revision
            && RunKey.Write(new char[RunKey.MaxLength], one, steps).SequenceEqual(RunKey.Write(new char[RunKey.MaxLength], other, steps));
    }
}
