using System.Text;
using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class AnswerApprovalTests
{
    const string Sum = """{"sum":7}""";

    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_step_that_asks_nobody_is_not_approved(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Approve("a"));

    static string ResultOf(TestRun run) => Encoding.UTF8.GetString(run["ask"].Result!.Value.Span);

    [Fact]
    public void What_it_asks_can_be_read_while_it_waits()
    {
        var run = TestRun.Start(Definitions.Asks, Sum);
        Assert.Equal((RunState.Waiting, """{"message":"pay 7?"}"""), (run.Run.State, ResultOf(run)));
    }

    [Fact]
    public void An_approval_enables_what_is_below_it_and_says_who_gave_it()
    {
        var run = TestRun.Start(Definitions.Asks, Sum);
        Assert.Equal(Done, run.Approve(note: "fine"));
        Assert.Equal(["a"], run.Rows.Ready);
        Assert.Equal("""{"branch":"approved","message":"pay 7?","by":"key:ops","note":"fine"}""", ResultOf(run));
    }

    [Fact]
    public void A_rejection_that_nothing_is_said_about_ends_the_run_as_failed_with_its_note()
    {
        var run = TestRun.Start(Definitions.Asks, Sum);
        Assert.Equal(Done, run.Approve(yes: false, note: "too much"));
        Assert.Empty(run.Rows.Ready);
        Assert.Equal((RunState.Failed, "it was rejected by key:ops: too much"), (run.Run.State, run.Run.Error));
    }

    [Theory]
    [InlineData(true, "a")]
    [InlineData(false, "b")]
    [InlineData(null, "c")]
    public void Each_answer_enables_its_own_branch_and_a_no_never_whoever_names_none(bool? yes, string enabled)
    {
        var run = TestRun.Start(Definitions.AsksAndMinds);
        if (yes is { } answer)
            run.Approve(yes: answer);
        else
            run.After(5).Wake("ask");
        Assert.Equal([enabled], run.Rows.Ready);
    }

    [Fact]
    public void What_nobody_answers_in_time_fails_and_keeps_what_was_asked()
    {
        var run = TestRun.Start(Definitions.Asks, Sum);
        run.After(5).Wake("ask");
        Assert.Equal((RunState.Failed, "nobody approved or rejected it in time"), (run.Run.State, run.Run.Error));
        Assert.Equal("""{"branch":"expired","message":"pay 7?"}""", ResultOf(run));
    }

    [Fact]
    public void The_first_answer_counts_whatever_the_second_says()
    {
        var run = TestRun.Start(Definitions.AsksAndMinds);
        run.Approve(yes: false);
        Assert.Equal(AlreadyDone, run.Approve());
        Assert.Equal(["b"], run.Rows.Ready);
    }

    [Fact]
    public void A_wait_is_not_approved_and_an_approval_takes_no_signal()
    {
        Assert.Equal(Unknown, TestRun.Start(Definitions.Waits).Approve());
        Assert.Equal(Unknown, TestRun.Start(Definitions.Asks, Sum).Signal());
    }

    [Fact]
    public void What_is_not_asked_yet_cannot_be_answered()
    {
        var run = TestRun.Start("""{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","children":["ask"]},"ask":{"type":"approval","payload":{"message":"go?"}}}}""");
        Assert.Equal(NotNow, run.Approve());
        run.Claim();
        run.End();
        Assert.Equal(Done, run.Approve());
        Assert.Equal(RunState.Succeeded, run.Run.State);
    }

    [Fact]
    public void An_answer_in_a_pause_is_kept_with_what_was_asked()
    {
        var run = TestRun.Start(Definitions.Asks, Sum);
        run.Pause();
        Assert.Equal(Done, run.Approve());
        Assert.Equal(AlreadyDone, run.Approve(yes: false));
        run.Resume();
        Assert.Equal(["a"], run.Rows.Ready);
        Assert.Equal("""{"branch":"approved","message":"pay 7?","by":"key:ops"}""", ResultOf(run));
    }

    [Fact]
    public void A_time_that_comes_in_a_pause_is_up_when_the_pause_is_over()
    {
        var run = TestRun.Start(Definitions.AsksAndMinds);
        run.Pause();
        run.After(5).Wake("ask");
        Assert.Equal(AlreadyDone, run.Approve());
        run.Resume();
        Assert.Equal(["c"], run.Rows.Ready);
    }

    [Fact]
    public void A_stop_withdraws_the_question()
    {
        var run = TestRun.Start(Definitions.Asks, Sum);
        Assert.Equal(Answer.Stopped, run.Stop());
        Assert.Equal((AlreadyEnded, Verdict.NeverStarted), (run.Approve(), run.Run.Verdict));
    }
}
