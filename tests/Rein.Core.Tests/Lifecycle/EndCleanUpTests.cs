using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class EndCleanUpTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        NotNow, NotNow, NotNow, NotNow, NotNow, NotNow, Done, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_a_clean_up_has_a_budget_that_ends(Situation situation, Answer answer) =>
        Assert.Equal(answer, TestRun.In(situation).After(60).EndCleanUp());

    [Fact]
    public void Clean_up_is_given_its_whole_budget() =>
        Assert.Equal(NotNow, TestRun.In(Situation.CleaningUp).After(59.9).EndCleanUp());

    [Fact]
    public void Clean_up_keeps_a_stopped_run_alive_for_its_budget_and_no_longer_H10()
    {
        var run = TestRun.In(Situation.Stopping);
        run.End(outcome: Outcome.Stopped);
        run.Claim("tidy");
        Assert.Equal(run.Run.CleanUpEndsAt, run.Run.DueAt);
        run.After(60).EndCleanUp();
        Assert.Equal((RunState.Stopped, 0, Verdict.Fenced), (run.Run.State, run.Run.Open, run.Run.Verdict));
        Assert.Equal(TimeSpan.Zero, Assert.Single(run.Effects<SendStop>()).KillIn);
    }

    [Fact]
    public void A_run_that_was_never_stopped_ends_as_it_would_have_but_only_partly_done()
    {
        var run = TestRun.In(Situation.CleaningUp);
        run.After(60).EndCleanUp();
        Assert.Equal((RunState.Succeeded, Cause.Partial), (run.Run.State, run.Run.Cause));
        Assert.Contains("budget", run.Run.Error);
    }
}
