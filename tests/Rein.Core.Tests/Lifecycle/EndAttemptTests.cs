using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class EndAttemptTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Done, AlreadyDone, Done, Done, AlreadyDone, AlreadyDone, AlreadyDone, Fenced);

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_attempt_ends_once_by_its_holder(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).End());

    [Fact]
    public void A_late_success_of_a_stopped_run_is_refused_and_changes_nothing_H1()
    {
        var run = TestRun.In(Situation.Stopped);
        var before = run.Run;
        Assert.Equal(Fenced, run.End());
        Assert.Null(run.Last.Change);
        Assert.Equal(before, run.Run);
    }

    [Theory]
    [InlineData(250, 250)]
    [InlineData(5000, 1000)]
    [InlineData(-5, 0)]
    public void The_end_says_when_the_code_began_and_never_before_it_was_handed_out(int agoMs, int countedMs)
    {
        var run = TestRun.In(Situation.Running).After(1);
        run.End(began: TimeSpan.FromMilliseconds(agoMs));
        Assert.Equal(run.Now - TimeSpan.FromMilliseconds(countedMs), Assert.Single(run.Events(RunEventKind.StepEnded)).Since);
    }

    [Fact]
    public void A_success_under_the_wish_keeps_its_result_enables_nothing_and_the_run_ends_stopped()
    {
        var run = TestRun.Start(Definitions.Chain);
        run.Claim();
        run.Stop();
        run.End();
        Assert.Equal(StepState.Succeeded, run["a"].State);
        Assert.False(run.Run.Steps.ContainsKey("b"));
        Assert.Equal((RunState.Stopped, Cause.Manual), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void A_failure_under_a_wish_is_not_retried_H16()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        run.Stop();
        run.End(outcome: Outcome.Failed, error: "broken");
        Assert.Equal(StepState.Failed, run["a"].State);
        Assert.Equal(RunState.Stopped, run.Run.State);
    }

    [Fact]
    public void A_stop_that_nobody_asked_for_is_a_failure_H13()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.End(outcome: Outcome.Stopped);
        Assert.Equal((RunState.Failed, Cause.Error), (run.Run.State, run.Run.Cause));
        Assert.Contains("nobody had asked", run.Run.Error);
    }

    [Fact]
    public void Clean_up_is_not_asked_to_stop_so_one_that_does_fails_and_the_join_below_it_goes_on_H13()
    {
        var run = TestRun.Start(Definitions.TidyJoin);
        run.Claim();
        run.Stop();
        run.End(outcome: Outcome.Stopped);
        run.Claim("left");
        run.End("left", Outcome.Stopped);
        run.Claim("right");
        run.End("right");
        Assert.Equal(["both"], run.Rows.Ready);
    }

    [Fact]
    public void A_repeated_report_changes_nothing()
    {
        var run = TestRun.Start(Definitions.Chain);
        run.Claim();
        run.After(3).End();
        var used = run.Run.Used;
        Assert.Equal(AlreadyDone, run.After(3).End());
        Assert.Equal((null, used), (run.Last.Change, run.Run.Used));
    }

    [Fact]
    public void A_report_under_the_fence_of_an_earlier_try_is_refused()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        var old = run.Fence("a");
        run.Lose();
        run.Claim();
        Assert.Equal(Fenced, run.End(fence: old));
        Assert.Null(run.Last.Change);
    }

    [Fact]
    public void An_attempt_that_was_never_started_costs_nothing_and_the_verdict_says_so()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Stop();
        run.After(2).End(outcome: Outcome.NotStarted);
        Assert.Equal((RunState.Stopped, Verdict.NeverStarted, TimeSpan.Zero), (run.Run.State, run.Run.Verdict, run.Run.Used));
    }

    [Fact]
    public void What_a_kill_left_over_keeps_the_verdict_at_fenced()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Stop();
        run.End(outcome: Outcome.Stopped, proof: TestRun.LeftOver);
        Assert.Equal((RunState.Stopped, Verdict.Fenced, 1), (run.Run.State, run.Run.Verdict, run.Run.Unproved));
    }

    [Fact]
    public void A_stop_and_a_crash_do_not_look_alike_H19()
    {
        var crashed = TestRun.Start(Definitions.One);
        crashed.Claim();
        crashed.End(outcome: Outcome.Failed, error: "exit code 1");
        var crash = Assert.Single(crashed.Events(RunEventKind.Ended));
        Assert.Equal((Cause.Error, "exit code 1", null), (crash.Cause, crash.Error, crash.Actor));

        var stopped = TestRun.Start(Definitions.One);
        stopped.Claim();
        stopped.Stop();
        stopped.End(outcome: Outcome.Stopped, proof: TestRun.Killed);
        var stop = Assert.Single(stopped.Events(RunEventKind.Ended));
        Assert.Equal((Cause.Manual, "key:ops", "too slow"), (stop.Cause, stop.Actor, stop.Reason));
    }

    [Fact]
    public void A_failed_try_is_repeated_after_its_backoff_and_the_last_one_fails_the_run()
    {
        var run = TestRun.In(Situation.Waiting);
        Assert.Equal(run.Now + 5 * TestRun.Second, run["a"].DueAt);
        run.After(5).Wake("a");
        run.Claim();
        run.End(outcome: Outcome.TimedOut);
        Assert.Equal((StepState.Failed, 2), (run["a"].State, run["a"].Tries));
    }
}
