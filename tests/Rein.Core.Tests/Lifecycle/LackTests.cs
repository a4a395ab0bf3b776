using System.Globalization;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>What a decision needs of a large graph: what it reaches, and no more. Whatever it finds missing is loaded, and it is decided again.</summary>
public sealed class LackTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A chain of so many nodes, and one behind it that reads the results of all.</summary>
    static string Chain(int count)
    {
        var nodes = Enumerable.Range(1, count).Select(i => $$$"""
            "n{{{i}}}":{"type":"noop","children":["{{{(i < count ? $"n{i + 1}" : "all")}}}"]}
            """);
        var reads = string.Join(' ', Enumerable.Range(1, count).Select(i => $$$"""{{n{{{i}}}.result.ok || 0}}"""));
        return Whole("\"n1\"", nodes, reads);
    }

    /// <summary>So many pairs behind one another, each joined before the next, and one that everything leads to and that reads all the joins.</summary>
    static string Ladder(int count)
    {
        var rungs = Enumerable.Range(1, count).Select(i => $$$"""
            "a{{{i}}}":{"type":"noop","children":["j{{{i}}}"]},"b{{{i}}}":{"type":"noop","children":["j{{{i}}}"]},
            "j{{{i}}}":{"type":"noop","children":[{{{(i < count ? $"\"a{i + 1}\",\"b{i + 1}\"," : "")}}}"all"]}
            """);
        var reads = string.Join(' ', Enumerable.Range(1, count).Select(i => $$$"""{{j{{{i}}}.result.ok || 0}}"""));
        return Whole("\"a1\",\"b1\"", rungs, reads);
    }

    static string Whole(string first, IEnumerable<string> nodes, string reads) =>
        $$"""{"nodes":{"root":{"type":"manual","children":[{{first}}]},{{string.Join(',', nodes)}},"all":{"type":"log","payload":{"message":"{{reads}}"} } } }""";

    static Rows Start(string definition)
    {
        var start = Scenario.Start(1, "large", definition);
        return Rows.Of(new(null, start.Decide(hasRoom: true, Rules.Default, Now).Change!, start));
    }

    /// <returns>The rows behind it; how many were looked for, and how often.</returns>
    static (Rows After, int Asked, int Loads) Decide(Rows rows, ICommand command)
    {
        var slice = command.Slice(rows.Run.Definition);
        var (asked, loads) = (Count(slice), 1);
        var before = rows.Load(slice);
        var decision = command.Decide(before, Now);
        while (decision.Lack is { } lack)
        {
            (asked, loads) = (asked + Count(lack), loads + 1);
            before = before.Learn(rows.Load(lack), lack);
            decision = command.Decide(before, Now);
        }
        Assert.NotNull(decision.Change);
        return (rows.Write(new(before, decision.Change)), asked, loads);
    }

    static int Count(Slice slice)
    {
        Assert.False(slice.AllOpen);
        return slice.Steps.Length + slice.Results.Length;
    }

    static (Rows After, int Asked) Executed(string definition)
    {
        var rows = Start(definition);
        var all = 0;
        while (rows.Ready.FirstOrDefault() is { } step)
        {
            (rows, var asked, _) = Decide(rows, new ClaimStep(rows.Run.Id, step, TestRun.Session, "worker"));
            all += asked;
            (rows, asked, _) = Decide(rows, Ending(rows, step, Outcome.Succeeded));
            all += asked;
        }
        return (rows, all);
    }

    static EndAttempt Ending(Rows rows, string step, Outcome outcome) =>
        new(rows.Run.Id, step, rows.Run.Steps[step].Attempt!.Fence, outcome, Proof.Nothing, "{\"ok\":7}"u8.ToArray(), outcome is Outcome.Failed ? "broken" : null, Jitter: 0);

    [Fact]
    public void A_graph_of_ten_times_as_many_nodes_has_ten_times_as_many_rows_looked_for()
    {
        foreach (var graph in (Func<int, string>[])[Chain, Ladder])
        {
            var (small, few) = Executed(graph(30));
            var (large, many) = Executed(graph(300));
            Assert.Equal((RunState.Succeeded, RunState.Succeeded), (small.Run.State, large.Run.State));
            Assert.InRange(many, few, few * 11);
        }
    }

    [Fact]
    public void Whoever_reads_what_came_long_before_reads_it_all()
    {
        foreach (var graph in (Func<int, string>[])[Chain, Ladder])
        {
            var (rows, _) = Executed(graph(20));
            Assert.Equal(StepState.Succeeded, rows.Run.Steps["all"].State);
        }
        var run = TestRun.Start(Ladder(3));
        foreach (var step in (string[])["a1", "b1", "j1", "a2", "b2", "j2", "a3", "b3", "j3"])
        {
            run.Claim(step);
            Assert.Equal(Answer.Done, run.Do(Ending(run.Rows, step, Outcome.Succeeded)));
        }
        Assert.Equal("7 7 7", Assert.Single(run.Effects<WriteLog>()).Text);
    }

    [Fact]
    public void A_failure_goes_through_all_the_joins_behind_it_in_two_looks()
    {
        var rows = Start(Ladder(100));
        foreach (var step in (string[])["a1", "b1"])
        {
            rows = Decide(rows, new ClaimStep(rows.Run.Id, step, TestRun.Session, "worker")).After;
            rows = Decide(rows, Ending(rows, step, Outcome.Succeeded)).After;
        }
        rows = Decide(rows, new ClaimStep(rows.Run.Id, "j1", TestRun.Session, "worker")).After;
        var (after, _, loads) = Decide(rows, Ending(rows, "j1", Outcome.Failed));
        Assert.Equal((RunState.Failed, 2), (after.Run.State, loads));
        Assert.Equal(StepState.Skipped, after.Run.Steps[string.Create(CultureInfo.InvariantCulture, $"j{100}")].State);
    }
}
