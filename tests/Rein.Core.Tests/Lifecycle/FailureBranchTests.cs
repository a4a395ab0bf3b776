using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>A node whose failure leads somewhere of its own.</summary>
public sealed class FailureBranchTests
{
    const string Caught = """
        {"nodes":{
          "root":{"type":"manual","children":["a"]},
          "a":{"type":"noop","payload":{"onFailure":"branch"},"children":["good","bad","both"]},
          "good":{"type":"noop"},
          "bad":{"type":"noop","branch":"failed","children":["both"]},
          "both":{"type":"noop"}}}
        """;

    static TestRun Run(string definition, Outcome outcome)
    {
        var run = TestRun.Start(definition);
        run.Claim("a");
        run.End("a", outcome, error: outcome is Outcome.Failed ? "broken" : null);
        return run;
    }

    [Fact]
    public void A_failure_enables_the_children_that_ask_for_it_and_no_others()
    {
        var run = Run(Caught, Outcome.Failed);
        Assert.False(run.Run.Steps.ContainsKey("good"));
        Assert.Equal((StepState.Ready, StepState.Pending), (run["bad"].State, run["both"].State));
        run.Claim("bad");
        run.End("bad");
        run.Claim("both");
        run.End("both");
        Assert.Equal((RunState.Succeeded, Cause.Partial, "broken"), (run.Run.State, run.Run.Cause, run.Run.Error));
        Assert.Equal((0, 1), (run.Run.FailedSteps, run.Run.ToleratedFailures));
    }

    [Fact]
    public void A_success_enables_the_others_and_skips_them()
    {
        var run = Run(Caught, Outcome.Succeeded);
        Assert.False(run.Run.Steps.ContainsKey("bad"));
        run.Claim("good");
        run.End("good");
        run.Claim("both");
        run.End("both");
        Assert.Equal((RunState.Succeeded, Cause.Completed), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void What_fails_on_the_branch_fails_the_run()
    {
        var run = Run(Caught, Outcome.Failed);
        run.Claim("bad");
        run.End("bad", Outcome.Failed, error: "this too");
        Assert.Equal(StepState.Skipped, run["both"].State);
        Assert.Equal((RunState.Failed, Cause.Error), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void Under_a_stop_no_branch_is_taken()
    {
        var run = TestRun.Start(Caught);
        run.Claim("a");
        run.Stop();
        run.End("a", Outcome.Failed, error: "broken");
        Assert.False(run.Run.Steps.ContainsKey("bad"));
        Assert.Equal(RunState.Stopped, run.Run.State);
    }

    [Fact]
    public void A_decided_node_has_the_branch_too_beside_those_of_its_kind()
    {
        const string asked = """
            {"nodes":{
              "root":{"type":"manual","children":["a"]},
              "a":{"type":"if","payload":{"condition":{"left":"{{root.result.absent}}","op":"eq","right":1},"onFailure":"branch"},"children":["yes","no","bad"]},
              "yes":{"type":"noop","branch":"then"},
              "no":{"type":"noop","branch":"else"},
              "bad":{"type":"noop","branch":"failed"}}}
            """;
        var run = TestRun.Start(asked);
        Assert.Equal(["a", "bad"], run.Run.Steps.Keys.Where(id => id is not "root").Order());
        Assert.Equal(StepState.Failed, run["a"].State);
    }

    [Fact]
    public void A_loop_one_of_whose_iterations_failed_takes_its_branch_when_what_had_begun_has_ended()
    {
        const string each = """
            {"nodes":{
              "root":{"type":"manual","children":["each"]},
              "each":{"type":"for-each","payload":{"items":[1,2,3],"width":2,"onFailure":"branch"},"loopBody":["a"],"children":["good","bad"]},
              "a":{"type":"noop"},
              "good":{"type":"noop"},
              "bad":{"type":"noop","branch":"failed"}}}
            """;
        var run = TestRun.Start(each);
        run.Claim("a[0]");
        run.Claim("a[1]");
        run.End("a[0]", Outcome.Failed, error: "broken");
        Assert.False(run.Run.Steps.ContainsKey("bad"));
        run.End("a[1]");
        run.Wake("each");
        Assert.Equal((StepState.Failed, StepState.Ready), (run["each"].State, run["bad"].State));
        Assert.False(run.Run.Steps.ContainsKey("good"));
        run.Claim("bad");
        run.End("bad");
        Assert.Equal((RunState.Succeeded, Cause.Partial), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void A_retry_of_a_run_that_failed_on_the_branch_keeps_the_failure_that_led_there()
    {
        var ended = Run(Caught, Outcome.Failed);
        ended.Claim("bad");
        ended.End("bad", Outcome.Failed);
        var again = TestRun.Start(Caught, with: start => start with { Source = ended.Id, Kept = Retry.Keeps(ended.Run, ended.Run.Steps.Values) });
        Assert.Equal((StepState.Failed, StepState.Ready), (again["a"].State, again["bad"].State));
        Assert.False(again.Run.Steps.ContainsKey("good"));
    }

    [Theory]
    [InlineData("""{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","payload":{"onFailure":"branch"},"children":["b"]},"b":{"type":"noop"}}""", "/nodes/a/children")]
    [InlineData("""{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","children":["b"]},"b":{"type":"noop","branch":"failed"}}""", "/nodes/b/branch")]
    public void The_branch_and_the_policy_belong_together(string nodes, string place)
    {
        var parsed = Definition.Parse(global::System.Text.Encoding.UTF8.GetBytes($$"""{"nodes":{{nodes}}}"""), KindCatalog.Any);
        var fault = Assert.Single(parsed.Faults, fault => fault.Code is "definition_bad_branch");
        Assert.Equal(place, fault.Path);
    }
}
