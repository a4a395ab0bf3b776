using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class ResumeRunTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        AlreadyDone, AlreadyDone, AlreadyDone, AlreadyDone, Done, Stopping, AlreadyDone, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_a_paused_run_is_resumed(Situation situation, Answer answer)
    {
        var run = TestRun.In(situation);
        if (situation is Situation.CleaningUp)
            Assert.Null(run.Run.Pause);
        Assert.Equal(answer, run.Resume());
    }

    [Fact]
    public void What_was_ready_before_the_pause_is_offered_again()
    {
        var run = TestRun.Start(Definitions.One);
        run.Pause();
        run.Resume();
        Assert.Equal(["a"], run.Rows.Ready);
        Assert.Equal(Done, run.Claim());
    }

    [Fact]
    public void A_delay_that_fell_due_in_the_pause_goes_on_at_the_resume()
    {
        var run = TestRun.Start(Definitions.Delayed);
        run.Pause();
        Assert.Equal(Done, run.After(5).Wake("wait"));
        Assert.Equal((StepState.Waiting, true), (run["wait"].State, run["wait"].IsDue));
        run.Resume();
        Assert.Equal(StepState.Succeeded, run["wait"].State);
        Assert.Equal(["a"], run.Rows.Ready);
    }

    [Fact]
    public void A_delay_that_is_not_over_waits_on_after_the_resume()
    {
        var run = TestRun.Start(Definitions.Delayed);
        run.Pause();
        run.Resume();
        Assert.Equal(NotNow, run.After(4).Wake("wait"));
        Assert.Equal(Done, run.After(1).Wake("wait"));
    }

    [Fact]
    public void Control_steps_that_were_held_back_are_decided_now()
    {
        var run = TestRun.Start("""
            {"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","children":["say"]},
              "say":{"type":"log","payload":{"message":"{{a.result.ok || true}}"}}}}
            """);
        run.Claim();
        run.Pause();
        run.End();
        Assert.Equal(StepState.Ready, run["say"].State);
        run.Resume();
        Assert.Single(run.Effects<WriteLog>());
        Assert.Equal(RunState.Succeeded, run.Run.State);
    }

    [Fact]
    public void A_stop_is_not_taken_back_by_a_resume_H16()
    {
        var run = TestRun.In(Situation.Paused);
        run.Stop();
        Assert.Equal(Stopping, run.Resume());
        Assert.True(run.Run.IsStopping);
    }
}
