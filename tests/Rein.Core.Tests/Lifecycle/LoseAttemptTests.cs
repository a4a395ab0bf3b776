using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class LoseAttemptTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Done, AlreadyDone, Done, Done, AlreadyDone, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_an_open_attempt_can_be_lost(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Lose());

    [Fact]
    public void A_lost_attempt_counts_as_a_try_and_is_offered_again_at_once()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        run.Lose();
        Assert.Equal((StepState.Ready, 1), (run["a"].State, run["a"].Tries));
        Assert.Equal(["a"], run.Rows.Ready);
    }

    [Fact]
    public void The_last_try_that_is_lost_fails_the_run_and_says_that_a_worker_was_lost()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Lose();
        Assert.Equal((RunState.Failed, Cause.WorkerLost, Verdict.Fenced), (run.Run.State, run.Run.Cause, run.Run.Verdict));
        Assert.Contains("worker", run.Run.Error);
    }

    [Fact]
    public void A_stop_does_not_wait_for_its_grace_when_the_session_is_lost_and_nothing_is_retried_H16()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        run.Stop();
        run.Lose();
        Assert.Equal((RunState.Stopped, Verdict.Fenced), (run.Run.State, run.Run.Verdict));
        Assert.Equal((StepState.Stopped, null), (run["a"].State, run.Run.Error));
    }

    [Fact]
    public void A_step_that_was_lost_in_a_pause_is_tried_again_after_the_resume()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        run.Pause();
        run.Lose();
        Assert.Empty(run.Rows.Ready);
        run.Resume();
        Assert.Equal(["a"], run.Rows.Ready);
    }

    [Fact]
    public void Clean_up_that_is_lost_is_not_repeated()
    {
        var run = TestRun.In(Situation.CleaningUp);
        run.Claim("tidy");
        run.Lose("tidy");
        Assert.True(run.Run.HasEnded);
    }

    [Fact]
    public void A_loss_under_an_old_fence_does_not_touch_the_try_that_followed()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        var old = run.Fence("a");
        run.Lose();
        run.Claim();
        Assert.Equal(Fenced, run.Lose(fence: old));
        Assert.Equal(StepState.Active, run["a"].State);
    }
}
