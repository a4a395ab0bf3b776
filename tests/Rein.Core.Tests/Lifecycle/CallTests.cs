using System.Text;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>Steps of kind `workflow`.</summary>
public sealed class CallTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_step_that_asks_for_no_run_is_refused_none(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).RefuseChild());

    static TestRun Calling() => TestRun.Start(Definitions.Calls, """{"name":"child"}""");

    static string ResultOf(TestRun run) => Encoding.UTF8.GetString(run["call"].Result!.Value.Span);

    [Fact]
    public void It_waits_with_what_it_asks_for_and_owes_it()
    {
        var run = Calling();
        Assert.Equal((RunState.Waiting, """{"workflow":"child","input":{"n":1}}"""), (run.Run.State, ResultOf(run)));
        Assert.Equal(DutyKind.StartChildren, Assert.Single(run.Effects<Duty>()).Kind);
    }

    [Fact]
    public void Its_child_is_started_once_and_what_became_of_it_is_the_result()
    {
        var run = Calling();
        Assert.Equal(Done, run.StartChild("call"));
        Assert.Equal(run.Id, Assert.Single(run.Effects<StartsChild>()).Child.Parent);
        Assert.Equal(NotNow, run.StartChild("call", number: 8));
        Assert.Equal(Done, run.Do(new EndChild(run.Id, "call", run["call"].Child!.Value, RunState.Succeeded) { ChildCause = Cause.Partial }));
        Assert.Equal(["a"], run.Rows.Ready);
        Assert.Equal($$"""{"runId":"{{run["call"].Child}}","state":"succeeded","cause":"partial"}""", ResultOf(run));
    }

    [Fact]
    public void A_child_that_fails_fails_it()
    {
        var run = Calling();
        run.StartChild("call");
        run.EndChild("call", RunState.Failed);
        Assert.Equal(RunState.Failed, run.Run.State);
    }

    [Fact]
    public void One_that_nobody_waits_for_ends_the_step_at_once_and_knows_no_step()
    {
        var run = Calling();
        Assert.Equal(Done, run.StartDetached("call"));
        Assert.Null(Assert.Single(run.Effects<StartsChild>()).Child.ParentStep);
        Assert.Equal(["a"], run.Rows.Ready);
        Assert.Equal(Unknown, run.StartDetached("call", number: 8));
    }

    [Fact]
    public void A_child_that_cannot_be_started_fails_it_and_says_why()
    {
        var run = Calling();
        Assert.Equal(Done, run.RefuseChild("call", "there is no workflow 'child'"));
        Assert.Equal((RunState.Failed, "there is no workflow 'child'"), (run.Run.State, run.Run.Error));
    }

    [Fact]
    public void A_stop_withdraws_it_before_its_child_is_there_and_a_late_child_is_refused()
    {
        var run = Calling();
        Assert.Equal(Answer.Stopped, run.Stop());
        Assert.Equal(AlreadyEnded, run.StartChild("call"));
        Assert.Equal(AlreadyEnded, run.RefuseChild("call"));
    }

    [Fact]
    public void A_pause_holds_it_back_and_the_resume_owes_it_again()
    {
        var run = Calling();
        run.Pause();
        Assert.Equal((NotNow, NotNow), (run.StartChild("call"), run.RefuseChild("call")));
        run.Resume();
        Assert.Contains(run.Effects<Duty>(), duty => duty.Kind is DutyKind.StartChildren);
        Assert.Equal(Done, run.StartChild("call"));
    }

    [Fact]
    public void A_name_that_nothing_comes_of_fails_it()
    {
        var run = TestRun.Start(Definitions.Calls);
        Assert.Equal(RunState.Failed, run.Run.State);
        Assert.Contains("root.result.name", run.Run.Error, StringComparison.Ordinal);
    }
}
