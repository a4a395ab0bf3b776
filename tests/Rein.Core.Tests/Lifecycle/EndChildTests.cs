using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class EndChildTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_child_that_nobody_awaits_ends_no_step(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).EndChild());

    [Theory]
    [InlineData(RunState.Succeeded, RunState.Succeeded)]
    [InlineData(RunState.Failed, RunState.Failed)]
    [InlineData(RunState.Stopped, RunState.Failed)]
    public void A_step_ends_as_the_child_it_awaits(RunState child, RunState parent)
    {
        var run = TestRun.Start(Definitions.One);
        run.StartChild(awaiting: "a");
        Assert.Equal(Done, run.EndChild(state: child));
        Assert.Equal(parent, run.Run.State);
    }

    [Fact]
    public void The_end_of_another_child_says_nothing()
    {
        var run = TestRun.Start(Definitions.One);
        run.StartChild(awaiting: "a");
        Assert.Equal(Unknown, run.EndChild(number: 8));
    }

    [Fact]
    public void A_child_that_ends_while_its_parent_pauses_enables_the_next_step_but_nobody_gets_it()
    {
        var run = TestRun.Start(Definitions.Chain);
        run.StartChild(awaiting: "a");
        run.Pause();
        Assert.Equal(Done, run.EndChild());
        Assert.Equal((StepState.Succeeded, StepState.Ready), (run["a"].State, run["b"].State));
        Assert.Empty(run.Rows.Ready);
    }

    [Fact]
    public void The_end_of_a_child_whose_parent_is_being_stopped_changes_nothing()
    {
        var run = TestRun.Start(Definitions.Pair);
        run.Claim("b");
        run.StartChild(awaiting: "a");
        run.Stop();
        Assert.Equal(AlreadyDone, run.EndChild());
        Assert.Null(run.Last.Change);
    }

    [Fact]
    public void A_child_tells_its_end_once_however_often_the_duty_is_done()
    {
        var run = TestRun.Start(Definitions.Chain);
        run.StartChild(awaiting: "a");
        run.EndChild();
        Assert.Equal(AlreadyDone, run.EndChild());
    }
}
