using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class ReturnAttemptTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Done, Fenced, Done, Done, Fenced, Fenced, Fenced, Fenced);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_an_open_attempt_can_be_handed_back(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Return());

    [Fact]
    public void A_hand_back_is_no_failed_try()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Return();
        Assert.Equal((StepState.Ready, 0), (run["a"].State, run["a"].Tries));
        Assert.Equal(["a"], run.Rows.Ready);
        run.Claim();
        Assert.Equal(2, run["a"].Attempt!.Try);
        run.End();
        Assert.Equal((RunState.Succeeded, Verdict.Exited), (run.Run.State, run.Run.Verdict));
    }

    [Fact]
    public void A_shutdown_never_stops_a_run_but_under_a_wish_what_is_handed_back_is_over_H16()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Stop();
        run.Return();
        Assert.Equal((RunState.Stopped, Verdict.Exited), (run.Run.State, run.Run.Verdict));
    }

    [Fact]
    public void Clean_up_that_is_handed_back_is_offered_again()
    {
        var run = TestRun.In(Situation.Stopping);
        run.End(outcome: Outcome.Stopped);
        run.Claim("tidy");
        run.Return("tidy");
        Assert.Equal(["tidy"], run.Rows.Ready);
    }

    [Fact]
    public void In_a_pause_it_is_offered_to_nobody_until_the_resume()
    {
        var run = TestRun.In(Situation.Paused);
        run.Return();
        Assert.Empty(run.Rows.Ready);
        run.Resume();
        Assert.Equal(["a"], run.Rows.Ready);
    }

    [Fact]
    public void A_repeated_hand_back_changes_nothing()
    {
        var run = TestRun.In(Situation.Running);
        run.Return();
        Assert.Equal(AlreadyDone, run.Return());
        run.Claim();
        Assert.Equal(Fenced, run.Return(fence: run.Fence("a") - 1));
    }
}
