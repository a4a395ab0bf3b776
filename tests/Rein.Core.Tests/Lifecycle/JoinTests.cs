using Rein.Core.Runs;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>A node with several parents.</summary>
public sealed class JoinTests
{
    const string Two = """
        {"nodes":{
          "root":{"type":"manual","children":["a","b"]},
          "a":{"type":"noop","children":["both"]},
          "b":{"type":"noop","children":["after"]},
          "after":{"type":"noop","children":["both"]},
          "both":{"type":"noop","children":["last"]},
          "last":{"type":"noop"}}}
        """;

    static TestRun Run(string definition, params (string Step, Outcome Outcome)[] ends)
    {
        var run = TestRun.Start(definition);
        foreach (var (step, outcome) in ends)
        {
            run.Claim(step);
            run.End(step, outcome, error: outcome is Outcome.Failed ? "broken" : null);
        }
        return run;
    }

    [Fact]
    public void It_begins_once_when_all_its_parents_have_ended()
    {
        var run = Run(Two, ("a", Outcome.Succeeded), ("b", Outcome.Succeeded));
        Assert.Equal((StepState.Pending, StepState.Ready), (run["both"].State, run["after"].State));
        run.Claim("after");
        run.End("after");
        Assert.Equal(["both"], run.Rows.Ready);
        Assert.Equal("both", run.Events(RunEventKind.StepEnabled).Last().Step);
    }

    [Theory]
    [InlineData("a", "b", "after")]
    [InlineData("b", "a", null)]
    [InlineData("after", "b", "a")]
    public void Behind_a_failure_that_fails_the_run_it_never_begins_whatever_its_other_parents_do(string failing, string first, string? then)
    {
        string[] others = failing is "after" ? ["a", "b"] : then is null ? [first] : [first, then];
        var ends = others.Select(step => (step, Outcome.Succeeded)).ToList();
        foreach (var at in Enumerable.Range(failing is "after" ? ends.Count : 0, failing is "after" ? 1 : ends.Count + 1))
        {
            var run = Run(Two, [.. ends[..at], (failing, Outcome.Failed), .. ends[at..]]);
            Assert.Equal((RunState.Failed, "broken"), (run.Run.State, run.Run.Error));
            Assert.Equal((StepState.Skipped, "a step before it failed"), (run["both"].State, run["both"].Error));
            Assert.False(run.Run.Steps.ContainsKey("last"));
            Assert.Equal("both", Assert.Single(run.Events(RunEventKind.StepSkipped)).Step);
        }
    }

    [Fact]
    public void The_failure_is_known_to_a_join_below_a_join()
    {
        var run = Run("""
            {"nodes":{
              "root":{"type":"manual","children":["a","b","c"]},
              "a":{"type":"noop","children":["both"]},
              "b":{"type":"noop","children":["both"]},
              "c":{"type":"noop","children":["all"]},
              "both":{"type":"noop","children":["all"]},
              "all":{"type":"noop"}}}
            """, ("a", Outcome.Failed), ("b", Outcome.Succeeded), ("c", Outcome.Succeeded));
        Assert.Equal((StepState.Skipped, StepState.Skipped, RunState.Failed), (run["both"].State, run["all"].State, run.Run.State));
    }

    [Theory]
    [InlineData(true, StepState.Succeeded)]
    [InlineData(false, StepState.Failed)]
    public void A_branch_that_was_not_taken_holds_nothing_back(bool isAskedFor, StepState ends)
    {
        var run = TestRun.Start("""
            {"nodes":{
              "root":{"type":"manual","children":["if","b"]},
              "if":{"type":"if","payload":{"condition":{"left":"{{$inputs.go}}","op":"eq","right":true}},"children":["yes"]},
              "yes":{"type":"noop","branch":"then","children":["both"]},
              "b":{"type":"noop","children":["both"]},
              "both":{"type":"noop"}}}
            """, $$"""{"go":{{(isAskedFor ? "true" : "false")}}}""");
        if (isAskedFor)
        {
            run.Claim("yes");
            run.End("yes");
        }
        run.Claim("b");
        run.End("b");
        run.Claim("both");
        run.End("both", ends is StepState.Failed ? Outcome.Failed : Outcome.Succeeded, error: ends is StepState.Failed ? "late" : null);
        Assert.Equal(ends, run["both"].State);
    }

    [Fact]
    public void Where_every_branch_to_it_was_left_out_it_is_skipped_without_an_error()
    {
        var run = TestRun.Start("""
            {"nodes":{
              "root":{"type":"manual","children":["if"]},
              "if":{"type":"if","payload":{"condition":{"left":1,"op":"eq","right":2}},"children":["x","y"]},
              "x":{"type":"noop","branch":"then","children":["both"]},
              "y":{"type":"noop","branch":"then","children":["both"]},
              "both":{"type":"noop"}}}
            """);
        Assert.Equal((StepState.Skipped, null, RunState.Succeeded), (run["both"].State, run["both"].Error, run.Run.State));
    }

    [Fact]
    public void A_failure_that_its_node_tolerates_enables_it()
    {
        var run = Run("""
            {"nodes":{
              "root":{"type":"manual","children":["a","b"]},
              "a":{"type":"noop","payload":{"onFailure":"continue"},"children":["both"]},
              "b":{"type":"noop","children":["both"]},
              "both":{"type":"noop"}}}
            """, ("a", Outcome.Failed), ("b", Outcome.Succeeded), ("both", Outcome.Succeeded));
        Assert.Equal((RunState.Succeeded, Cause.Partial), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void In_a_body_its_iteration_is_open_until_all_of_it_has_ended()
    {
        var run = Run("""
            {"nodes":{
              "root":{"type":"manual","children":["each"]},
              "each":{"type":"for-each","payload":{"items":[1],"onFailure":"continue"},"loopBody":["a","b"]},
              "a":{"type":"noop","children":["both"]},
              "b":{"type":"noop","children":["both"]},
              "both":{"type":"noop"}}}
            """, ("a[0]", Outcome.Failed));
        Assert.Equal((StepState.Waiting, StepState.Pending), (run["each[0]"].State, run["both[0]"].State));
        run.Claim("b[0]");
        run.End("b[0]");
        Assert.Equal((StepState.Failed, StepState.Skipped), (run["each[0]"].State, run["both[0]"].State));
    }
}
