using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class StartChildTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        NotNow, Done, Done, Done, NotNow, Stopping, Stopping, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_child_starts_only_while_nothing_is_wished_against_its_parent_H12(Situation situation, Answer answer)
    {
        var run = TestRun.In(situation);
        Assert.Equal(answer, run.StartChild());
        Assert.Equal(answer is Done, run.Effects<StartsChild>().Any());
    }

    [Fact]
    public void A_child_is_a_change_of_its_parent()
    {
        var run = TestRun.In(Situation.Running);
        var revision = run.Run.Revision;
        run.StartChild();
        Assert.Equal((revision + 1, 1), (run.Run.Revision, run.Run.Children));
        Assert.Equal(run.Id, Assert.Single(run.Effects<StartsChild>()).Child.Parent);
    }

    [Fact]
    public void A_step_that_awaits_its_child_waits_and_is_offered_to_nobody()
    {
        var run = TestRun.Start(Definitions.One);
        run.StartChild(awaiting: "a");
        Assert.Equal((StepState.Waiting, RunState.Waiting), (run["a"].State, run.Run.State));
        Assert.Empty(run.Rows.Ready);
        Assert.Null(run["a"].DueAt);
    }

    [Fact]
    public void A_step_awaits_one_child()
    {
        var run = TestRun.Start(Definitions.One);
        run.StartChild(awaiting: "a");
        Assert.Equal(AlreadyDone, run.StartChild(awaiting: "a"));
        Assert.Equal(NotNow, run.StartChild(awaiting: "a", number: 8));
        Assert.Equal(1, run.Run.Children);
    }

    [Fact]
    public void A_step_that_waits_for_a_time_or_for_its_other_parents_starts_no_child()
    {
        Assert.Equal(NotNow, TestRun.Start(Definitions.Delayed).StartChild(awaiting: "wait"));
        var run = TestRun.Start(Definitions.Pair);
        run.Claim("a");
        run.End("a");
        Assert.Equal(NotNow, run.StartChild(awaiting: "c"));
    }

    [Fact]
    public void A_step_that_is_not_there_or_has_ended_starts_no_child()
    {
        var run = TestRun.Start(Definitions.Chain);
        Assert.Equal(Unknown, run.StartChild(awaiting: "b"));
        run.Claim();
        run.End();
        Assert.Equal(Unknown, run.StartChild(awaiting: "a"));
    }
}
