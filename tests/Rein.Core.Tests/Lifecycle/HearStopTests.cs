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

    [Fact]
    public void A_holder_with_an_old_fence_is_not_heard()
    {
        var run = TestRun.In(Situation.Stopping);
        Assert.Equal(Fenced, run.Hear(fence: run.Fence("a") - 1));
    }
}
