using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class HearStopTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, NotNow, Fenced, NotNow, Done, Fenced, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_stop_is_heard_by_who_executes_under_it(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Hear());

    [Fact]
    public void The_first_to_hear_is_kept_and_the_state_stays()
    {
        var run = TestRun.In(Situation.Stopping);
        run.After(1).Hear();
        var heard = run.Run.Stop!.HeardAt;
        Assert.Equal(run.Now, heard);
        Assert.Equal(AlreadyDone, run.After(1).Hear());
        Assert.Equal((heard, Situation.Stopping), (run.Run.Stop.HeardAt, run.Run.Situation()));
    }

    [Theory]
    [InlineData(250, 250)]
    [InlineData(2000, 1000)]
    [InlineData(-5, 0)]
    public void It_was_heard_when_the_code_was_told_not_when_the_word_of_it_came_and_never_before_the_wish(int agoMs, int countedMs)
    {
        var run = TestRun.In(Situation.Stopping).After(1);
        run.Hear(ago: TimeSpan.FromMilliseconds(agoMs));
        Assert.Equal(run.Now - TimeSpan.FromMilliseconds(countedMs), run.Run.Stop!.HeardAt);
    }

    [Fact]
    public void A_holder_with_an_old_fence_is_not_heard()
    {
        var run = TestRun.In(Situation.Stopping);
        Assert.Equal(Fenced, run.Hear(fence: run.Fence("a") - 1));
    }
}
