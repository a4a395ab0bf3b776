using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

public sealed class StartRunTests
{
    [Fact]
    public void A_run_with_room_is_queued_and_offers_its_first_steps()
    {
        var run = TestRun.Start(Definitions.Pair);
        Assert.Equal((Answer.Done, RunState.Queued, 2), (run.Last.Answer, run.Run.State, run.Run.Open));
        Assert.Equal(["a", "b"], run.Rows.Ready);
    }

    [Fact]
    public void A_run_without_room_is_blocked_and_holds_nothing()
    {
        var run = TestRun.Start(hasRoom: false, with: start => start with { LimitKeys = ["key"] });
        Assert.Equal((Answer.Blocked, 1, false), (run.Last.Answer, run.Run.Open, run.Run.HoldsSlots));
        Assert.Empty(run.Run.Steps);
    }

    [Fact]
    public void A_start_that_would_rather_be_refused_than_wait_is_refused()
    {
        var run = TestRun.Start(hasRoom: false, with: start => start with { OnConflict = Runs.Lifecycle.OnConflict.Reject });
        Assert.Equal((Answer.Conflict, null), (run.Last.Answer, run.Last.Change));
    }

    [Fact]
    public void A_start_that_supersedes_owes_the_holders_their_stop()
    {
        var run = TestRun.Start(hasRoom: false, with: start => start with { OnConflict = Runs.Lifecycle.OnConflict.Supersede });
        Assert.Equal(DutyKind.Supersede, Assert.Single(run.Effects<Duty>()).Kind);
    }

    [Fact]
    public void A_run_of_nothing_but_control_steps_ends_in_its_own_start()
    {
        var run = TestRun.Start("""{"nodes":{"root":{"type":"manual","children":["say"]},"say":{"type":"log","payload":{"message":"hello"}}}}""");
        Assert.Equal((RunState.Succeeded, Cause.Completed), (run.Run.State, run.Run.Cause));
        Assert.Equal("hello", Assert.Single(run.Effects<WriteLog>()).Text);
        Assert.Single(run.Events(RunEventKind.Ended));
    }

    [Theory]
    [InlineData("hello", "hello\n")]
    [InlineData("two\nlines\n", "two\nlines\n")]
    public void What_a_log_step_says_ends_with_the_end_of_a_line(string said, string line) => Assert.Equal(line, new WriteLog("say", said).Line);

    [Theory]
    [InlineData("true", "yes")]
    [InlineData("false", "no")]
    public void An_if_takes_one_branch_and_the_other_never_begins(string go, string said)
    {
        var run = TestRun.Start("""
            {"nodes":{"root":{"type":"manual","children":["ask"]},
              "ask":{"type":"if","payload":{"condition":{"left":"{{root.result.go}}","op":"eq","right":true}},"children":["yes","no"]},
              "yes":{"type":"log","branch":"then","payload":{"message":"yes"}}, "no":{"type":"log","branch":"else","payload":{"message":"no"}}}}
            """, $$"""{"go":{{go}}}""");
        Assert.Equal([said], run.Effects<WriteLog>().Select(log => log.Text));
        Assert.Equal(Situation.Succeeded, run.Run.Situation());
    }
}
