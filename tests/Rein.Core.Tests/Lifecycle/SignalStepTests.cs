using System.Text;
using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class SignalStepTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_step_that_waits_for_nobody_takes_no_signal(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Signal("a"));

    [Fact]
    public void What_comes_in_time_is_the_result_and_enables_its_branch_and_whoever_names_none()
    {
        var run = TestRun.Start(Definitions.Waits);
        Assert.Equal(RunState.Waiting, run.Run.State);
        Assert.Equal(Done, run.Signal(data: """{"paid":true}"""));
        Assert.Equal(["a", "c"], run.Rows.Ready.Order());
        Assert.Equal("""{"branch":"resumed","by":"key:ops","data":{"paid":true}}""", Encoding.UTF8.GetString(run["ask"].Result!.Value.Span));
        Assert.Equal("resumed", Assert.Single(run.Events(RunEventKind.StepAnswered)).Branch);
    }

    [Fact]
    public void What_does_not_come_in_time_enables_the_other_branch()
    {
        var run = TestRun.Start(Definitions.Waits);
        Assert.Equal(Done, run.After(5).Wake("ask"));
        Assert.Equal(["b", "c"], run.Rows.Ready.Order());
    }

    [Fact]
    public void What_nobody_minds_fails_when_its_time_is_up()
    {
        var run = TestRun.Start("""{"nodes":{"root":{"type":"manual","children":["ask"]},"ask":{"type":"wait","payload":{"timeoutMs":5000},"children":["a"]},"a":{"type":"noop","branch":"resumed"}}}""");
        run.After(5).Wake("ask");
        Assert.Equal((RunState.Failed, "what it waited for did not come in time"), (run.Run.State, run.Run.Error));
    }

    [Fact]
    public void The_first_signal_counts_and_none_counts_when_the_time_is_up_though_the_timer_is_late()
    {
        var run = TestRun.Start(Definitions.Waits);
        run.Signal();
        Assert.Equal(AlreadyDone, run.Signal());
        Assert.Equal(AlreadyDone, TestRun.Start(Definitions.Waits).After(5).Signal());
    }

    [Fact]
    public void A_signal_in_a_pause_is_kept_and_taken_up_by_the_resume()
    {
        var run = TestRun.Start(Definitions.Waits);
        run.Pause();
        Assert.Equal(Done, run.Signal(data: "7"));
        Assert.Empty(run.Rows.Ready);
        Assert.Equal(AlreadyDone, run.Signal());
        Assert.Equal(NotNow, run.After(6).Wake("ask"));
        run.Resume();
        Assert.Equal(["a", "c"], run.Rows.Ready.Order());
        Assert.Contains("\"data\":7", Encoding.UTF8.GetString(run["ask"].Result!.Value.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_withdraws_what_waits_and_takes_no_signal_after_it()
    {
        var run = TestRun.Start(Definitions.Waits);
        Assert.Equal(Answer.Stopped, run.Stop());
        Assert.Equal(AlreadyEnded, run.Signal());
        Assert.Equal(StepState.Stopped, run["ask"].State);
    }

    [Fact]
    public void A_wait_without_a_time_waits_for_ever()
    {
        var run = TestRun.Start("""{"nodes":{"root":{"type":"manual","children":["ask"]},"ask":{"type":"wait"}}}""");
        Assert.Null(run["ask"].DueAt);
        Assert.Equal(Done, run.After(1e7).Signal());
        Assert.Equal(RunState.Succeeded, run.Run.State);
    }

    [Fact]
    public void A_time_that_no_number_comes_of_fails_the_step_and_names_it()
    {
        var run = TestRun.Start("""{"nodes":{"root":{"type":"manual","children":["ask"]},"ask":{"type":"wait","payload":{"timeoutMs":"{{root.result.ms}}"}}}}""", """{"ms":"soon"}""");
        Assert.Equal(RunState.Failed, run.Run.State);
        Assert.Contains("timeoutMs", run.Run.Error, StringComparison.Ordinal);
    }
}
