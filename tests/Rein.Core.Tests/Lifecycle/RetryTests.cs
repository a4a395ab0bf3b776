using System.Text;
using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

public sealed class RetryTests
{
    const string Line = """
        {"nodes":{
          "root":{"type":"manual","children":["a"]},
          "a":{"type":"noop","children":["b"]},
          "b":{"type":"noop","children":["c"]},
          "c":{"type":"noop"}}}
        """;

    /// <summary>`both` waits for `a` and for `say`, which reads what `b` came to.</summary>
    const string Joined = """
        {"nodes":{
          "root":{"type":"manual","children":["a","b"]},
          "a":{"type":"noop","children":["both"]},
          "b":{"type":"noop","children":["say"]},
          "say":{"type":"log","payload":{"message":"{{b.result.n || 0}}"},"children":["both"]},
          "both":{"type":"noop"}}}
        """;

    const string Branching = """
        {"nodes":{
          "root":{"type":"manual","children":["ask"]},
          "ask":{"type":"if","payload":{"condition":{"left":"{{root.result.go}}","op":"eq","right":true}},"children":["yes","no"]},
          "yes":{"type":"noop","branch":"then"},
          "no":{"type":"noop","branch":"else"}}}
        """;

    const string Tolerant = """
        {"nodes":{
          "root":{"type":"manual","children":["a"]},
          "a":{"type":"noop","payload":{"onFailure":"continue"},"children":["b"]},
          "b":{"type":"noop"}}}
        """;

    static TestRun Again(TestRun ended, string definition, bool hasRoom = true) =>
        TestRun.Start(definition, """{"go":true}""", hasRoom, start => start with { Source = ended.Id, LimitKeys = ["key"], Kept = Retry.Keeps(ended.Run, ended.Run.Steps.Values) });

    static TestRun Ended(string definition, params ReadOnlySpan<(string Step, Outcome Outcome)> ends)
    {
        var run = TestRun.Start(definition, """{"go":true}""");
        foreach (var (step, outcome) in ends)
        {
            run.Claim(step);
            run.End(step, outcome);
        }
        Assert.True(run.Run.HasEnded);
        return run;
    }

    [Fact]
    public void What_succeeded_is_kept_with_its_result_and_the_rest_is_done()
    {
        var ended = TestRun.Start(Line);
        ended.Claim();
        ended.Do(new Rein.Core.Runs.Lifecycle.EndAttempt(ended.Id, "a", ended.Fence("a"), Outcome.Succeeded, Proof.Nothing, """{"n":1}"""u8.ToArray(), null, Jitter: 0));
        ended.Claim("b");
        ended.End("b", Outcome.Failed, error: "no");
        var again = Again(ended, Line);
        Assert.Equal(["b"], again.Rows.Ready);
        Assert.Equal((StepState.Succeeded, """{"n":1}""", null), (again["a"].State, Encoding.UTF8.GetString(again["a"].Result!.Value.Span), again["a"].Attempt));
        Assert.Equal("a", Assert.Single(again.Events(RunEventKind.StepKept)).Step);
        Assert.Equal((RunState.Queued, null), (again.Run.State, again.Run.StartedAt));
        again.Claim("b");
        again.End("b");
        again.Claim("c");
        again.End("c");
        Assert.Equal((RunState.Succeeded, Cause.Completed, 2), (again.Run.State, again.Run.Cause, again.Run.HandedOut));
    }

    [Fact]
    public void A_join_waits_for_what_is_done_again_and_is_not_done_before_it()
    {
        var ended = Ended(Joined, ("a", Outcome.Succeeded), ("b", Outcome.Failed));
        var again = Again(ended, Joined);
        Assert.Equal(["b"], again.Rows.Ready);
        Assert.Equal(StepState.Pending, again["both"].State);
        again.Claim("b");
        again.End("b");
        Assert.Equal((StepState.Succeeded, StepState.Ready), (again["say"].State, again["both"].State));
    }

    [Fact]
    public void A_branch_that_was_taken_is_taken_without_being_decided_again()
    {
        var ended = Ended(Branching, ("yes", Outcome.Failed));
        var again = TestRun.Start(Branching, """{"go":false}""", with: start => start with { Kept = Retry.Keeps(ended.Run, ended.Run.Steps.Values) });
        Assert.Equal(["yes"], again.Rows.Ready);
    }

    [Fact]
    public void A_failure_that_was_tolerated_is_kept_unless_it_is_all_that_went_wrong()
    {
        var failed = Ended(Tolerant, ("a", Outcome.Failed), ("b", Outcome.Failed));
        var again = Again(failed, Tolerant);
        Assert.Equal(["b"], again.Rows.Ready);
        Assert.Equal(1, again.Run.ToleratedFailures);

        var partial = Ended(Tolerant, ("a", Outcome.Failed), ("b", Outcome.Succeeded));
        Assert.Equal(Cause.Partial, partial.Run.Cause);
        Assert.Equal(["a"], Again(partial, Tolerant).Rows.Ready);
    }

    [Fact]
    public void A_loop_that_went_on_over_failures_is_done_again_where_nothing_else_went_wrong()
    {
        const string loop = """
            {"nodes":{
              "root":{"type":"manual","children":["each"]},
              "each":{"type":"for-each","payload":{"items":[1,2],"width":2,"onFailure":"continue"},"loopBody":["a"],"children":["b"]},
              "a":{"type":"noop"},
              "b":{"type":"noop"}}}
            """;
        TestRun End(Outcome last)
        {
            var run = TestRun.Start(loop);
            foreach (var (step, outcome) in new[] { ("a[0]", Outcome.Failed), ("a[1]", Outcome.Succeeded) })
            {
                run.Claim(step);
                run.End(step, outcome);
            }
            run.Wake("each");
            run.Claim("b");
            run.End("b", last);
            return run;
        }

        Assert.Equal(Cause.Partial, End(Outcome.Succeeded).Run.Cause);
        Assert.Equal(["a[0]", "a[1]"], Again(End(Outcome.Succeeded), loop).Rows.Ready.Order());
        Assert.Equal(["b"], Again(End(Outcome.Failed), loop).Rows.Ready);
    }

    [Fact]
    public void What_lies_in_the_body_of_a_loop_is_not_kept_by_itself()
    {
        const string loop = """
            {"nodes":{
              "root":{"type":"manual","children":["each"]},
              "each":{"type":"for-each","payload":{"items":[1,2],"width":2},"loopBody":["a"]},
              "a":{"type":"noop"}}}
            """;
        var ended = TestRun.Start(loop);
        foreach (var (step, outcome) in new[] { ("a[0]", Outcome.Succeeded), ("a[1]", Outcome.Failed) })
        {
            ended.Claim(step);
            ended.End(step, outcome);
        }
        ended.Wake("each");
        Assert.Equal((RunState.Failed, StepState.Succeeded), (ended.Run.State, ended["a[0]"].State));
        Assert.Empty(Retry.Keeps(ended.Run, ended.Run.Steps.Values));
    }

    [Fact]
    public void The_cleanup_of_a_run_is_its_own()
    {
        var ended = TestRun.Start();
        ended.Claim();
        ended.End();
        ended.Claim("tidy");
        ended.End("tidy", Outcome.Failed);
        Assert.DoesNotContain("tidy", Retry.Keeps(ended.Run, ended.Run.Steps.Values).Keys);
    }

    [Fact]
    public void One_that_has_to_wait_for_room_keeps_what_it_will_keep_and_goes_on_from_there()
    {
        var ended = Ended(Joined, ("a", Outcome.Succeeded), ("b", Outcome.Failed));
        var again = Again(ended, Joined, hasRoom: false);
        Assert.Equal((RunState.Queued, true, false), (again.Run.State, again.Run.IsBlocked, again.Run.HoldsSlots));
        Assert.Empty(again.Rows.Ready);
        again.Admit();
        Assert.True(again.Run.HoldsSlots);
        Assert.Equal(["b"], again.Rows.Ready);
        again.Claim("b");
        again.End("b");
        again.Claim("both");
        again.End("both");
        Assert.Equal(RunState.Succeeded, again.Run.State);
    }

    [Fact]
    public void One_that_is_stopped_while_it_waits_for_room_withdraws_what_it_would_have_done()
    {
        var again = Again(Ended(Line, ("a", Outcome.Succeeded), ("b", Outcome.Failed)), Line, hasRoom: false);
        Assert.Equal(Answer.Stopped, again.Stop());
        Assert.Equal((RunState.Stopped, Verdict.NeverStarted, 0), (again.Run.State, again.Run.Verdict, again.Run.Open));
        Assert.Equal(StepState.Stopped, again["b"].State);
        Assert.Equal(StepState.Succeeded, again["a"].State);
    }

    [Fact]
    public void A_pause_before_its_admission_holds_it_back_until_it_is_resumed()
    {
        var again = Again(Ended(Joined, ("a", Outcome.Failed), ("b", Outcome.Succeeded), ("both", Outcome.Succeeded)), Joined, hasRoom: false);
        again.Pause();
        again.Resume();
        again.Pause();
        again.Admit();
        Assert.Empty(again.Rows.Ready);
        again.Resume();
        Assert.Equal(["a"], again.Rows.Ready);
    }

    [Fact]
    public void What_a_tolerated_no_has_let_through_is_let_through_again()
    {
        const string Asking = """
            {"nodes":{
              "root":{"type":"manual","children":["ask"]},
              "ask":{"type":"approval","payload":{"message":"go?","onFailure":"continue"},"children":["a"]},
              "a":{"type":"noop"}}}
            """;
        var ended = TestRun.Start(Asking);
        ended.Approve(yes: false);
        ended.Claim();
        ended.End(outcome: Outcome.Failed, error: "no");
        Assert.Equal(RunState.Failed, ended.Run.State);

        Assert.Equal(["a"], Again(ended, Asking).Rows.Ready);
    }

    [Fact]
    public void A_loop_in_which_a_failure_was_tolerated_is_what_is_left_of_a_partial_run()
    {
        const string Looping = """
            {"nodes":{
              "root":{"type":"manual","children":["each","other"]},
              "each":{"type":"for-each","payload":{"items":[1]},"loopBody":["a"]},
              "a":{"type":"noop","payload":{"onFailure":"continue"}},
              "other":{"type":"for-each","payload":{"items":[1]},"loopBody":["b"]},
              "b":{"type":"noop"}}}
            """;
        var ended = TestRun.Start(Looping);
        foreach (var (step, outcome) in new[] { ("a[0]", Outcome.Failed), ("b[0]", Outcome.Succeeded) })
        {
            ended.Claim(step);
            ended.End(step, outcome);
        }
        ended.Wake("each");
        ended.Wake("other");
        Assert.Equal((RunState.Succeeded, Cause.Partial), (ended.Run.State, ended.Run.Cause));

        Assert.Equal(["a[0]"], Again(ended, Looping).Rows.Ready);
    }
}
