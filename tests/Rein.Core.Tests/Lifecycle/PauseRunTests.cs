using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class PauseRunTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Done, Done, Done, Done, AlreadyDone, Stopping, Stopping, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void What_is_neither_ending_nor_ended_can_be_paused(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Pause());

    [Fact]
    public void What_executes_goes_on_and_then_the_run_waits()
    {
        var run = TestRun.Start(Definitions.Chain);
        run.Claim();
        run.Pause();
        Assert.Equal(RunState.Running, run.Run.State);
        run.End();
        Assert.Equal(RunState.Waiting, run.Run.State);
        Assert.Empty(run.Rows.Ready);
    }

    [Fact]
    public void A_paused_run_is_stopped_without_being_resumed()
    {
        var run = TestRun.Start(Definitions.Chain);
        run.Pause();
        Assert.Equal(Stopped, run.Stop());
    }
}
