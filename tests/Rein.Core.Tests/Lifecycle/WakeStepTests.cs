using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class WakeStepTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, NotNow, NotNow, Done, NotNow, NotNow, NotNow, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_a_step_whose_time_has_come_wakes(Situation situation, Answer answer) =>
        Assert.Equal(answer, TestRun.In(situation).After(5).Wake("a"));

    [Fact]
    public void A_step_does_not_wake_before_its_time() => Assert.Equal(NotNow, TestRun.In(Situation.Waiting).After(4.9).Wake("a"));

    [Fact]
    public void A_delay_that_is_over_enables_what_is_below_it_once()
    {
        var run = TestRun.Start(Definitions.Delayed);
        Assert.Equal(RunState.Waiting, run.Run.State);
        Assert.Equal(Done, run.After(5).Wake("wait"));
        Assert.Equal(NotNow, run.Wake("wait"));
        Assert.Equal(["a"], run.Rows.Ready);
    }

    [Fact]
    public void A_retry_whose_time_comes_is_offered_again()
    {
        var run = TestRun.In(Situation.Waiting);
        run.After(5).Wake("a");
        Assert.Equal(["a"], run.Rows.Ready);
        Assert.Equal(RunState.Running, run.Run.State);
    }

    [Fact]
    public void A_time_that_comes_in_a_pause_is_noted_and_does_not_ring_again()
    {
        var run = TestRun.In(Situation.Waiting);
        run.Pause();
        Assert.Equal(Done, run.After(5).Wake("a"));
        Assert.Null(run["a"].DueAt);
        Assert.Equal(NotNow, run.Wake("a"));
        Assert.Empty(run.Rows.Ready);
    }
}
