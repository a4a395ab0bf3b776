using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class ExpireRunTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        NotNow, NotNow, NotNow, NotNow, NotNow, Stopping, NotNow, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_run_without_a_deadline_never_expires(Situation situation, Answer answer) =>
        Assert.Equal(answer, TestRun.In(situation).After(1e6).Expire());

    static TestRun WithDeadline(string definition = Definitions.One, bool hasRoom = true) => TestRun.Start(
        definition, hasRoom: hasRoom, with: start => start with { Deadline = 60 * TestRun.Second, QueueTtl = 30 * TestRun.Second });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_waited_too_long_in_the_queue_is_stopped_and_used_nothing(bool hasRoom)
    {
        var run = WithDeadline(hasRoom: hasRoom);
        Assert.Equal(run.Now + 30 * TestRun.Second, run.Run.DueAt);
        Assert.Equal(NotNow, run.After(29).Expire());
        Assert.Equal(Stopped, run.After(1).Expire());
        Assert.Equal((Cause.QueueTtl, Verdict.NeverStarted, TimeSpan.Zero), (run.Run.Cause, run.Run.Verdict, run.Run.Used));
    }

    [Fact]
    public void A_run_that_has_begun_is_in_the_queue_no_longer()
    {
        var run = WithDeadline();
        run.Claim();
        Assert.Equal(run.Now + 60 * TestRun.Second, run.Run.DueAt);
        Assert.Equal(NotNow, run.After(59).Expire());
    }

    [Fact]
    public void A_run_that_has_started_a_child_is_in_the_queue_no_longer()
    {
        var run = WithDeadline();
        run.StartChild(awaiting: "a");
        Assert.Equal(NotNow, run.After(30).Expire());
    }

    [Fact]
    public void A_deadline_is_a_wish_of_the_system_H19()
    {
        var run = WithDeadline();
        run.Claim();
        Assert.Equal(Asked, run.After(60).Expire());
        Assert.Equal((StopOrigin.Deadline, "system"), (run.Run.Stop!.Origin, run.Run.Stop.Actor));
        Assert.NotEmpty(run.Run.Stop.Reason);
    }

    [Fact]
    public void A_deadline_goes_on_under_a_pause_and_ends_a_clean_up_as_stopped()
    {
        var paused = WithDeadline();
        paused.Pause();
        Assert.Equal(Stopped, paused.After(60).Expire());

        var cleaning = WithDeadline(Definitions.Tidied);
        cleaning.Claim();
        cleaning.After(50).End();
        Assert.Equal(Asked, cleaning.After(10).Expire());
        cleaning.Claim("tidy");
        cleaning.End("tidy");
        Assert.Equal((RunState.Stopped, Cause.Deadline), (cleaning.Run.State, cleaning.Run.Cause));
    }
}
