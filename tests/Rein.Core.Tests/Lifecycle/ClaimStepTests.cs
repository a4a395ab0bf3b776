using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class ClaimStepTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Done, NotNow, NotNow, NotNow, Stopping, NotNow, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_step_is_handed_out_only_while_it_is_ready_and_no_wish_stands_against_it(Situation situation, Answer answer) =>
        Assert.Equal(answer, TestRun.In(situation).Claim());

    [Fact]
    public void A_stop_that_comes_before_the_claim_in_one_batch_wins_H7()
    {
        var run = TestRun.Start(Definitions.Pair);
        run.Claim("a");
        run.Stop();
        Assert.Equal(Stopping, run.Claim("b"));
        Assert.Null(run.Last.Change);
    }

    [Fact]
    public void A_stop_that_comes_after_the_claim_in_one_batch_reaches_the_worker_H7()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Stop();
        Assert.Equal(run.Fence("a"), Assert.Single(run.Effects<SendStop>()).Attempt.Fence);
    }

    [Fact]
    public void Every_try_has_a_higher_fence_and_the_one_before_is_archived()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        var first = run.Fence("a");
        run.Lose();
        run.Claim();
        Assert.True(run.Fence("a") > first);
        Assert.Equal(2, run["a"].Attempt!.Try);
        Assert.Equal(first, Assert.Single(run.Rows.Archived).Attempt.Fence);
    }

    [Fact]
    public void A_step_whose_expression_cannot_be_resolved_fails_and_is_not_handed_out()
    {
        var run = TestRun.Start("""{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop","payload":{"what":"{{root.result.missing}}"}}}}""");
        Assert.Equal(NotNow, run.Claim());
        Assert.Equal(RunState.Failed, run.Run.State);
        Assert.Contains("missing", run.Run.Error);
        Assert.Empty(run.Effects<Assign>());
    }

    [Fact]
    public void Nobody_takes_a_step_of_a_paused_run()
    {
        var run = TestRun.Start(Definitions.One);
        run.Pause();
        Assert.Empty(run.Rows.Ready);
        Assert.Equal(NotNow, run.Claim());
    }

    [Fact]
    public void Under_a_wish_clean_up_alone_is_handed_out()
    {
        var run = TestRun.In(Situation.Stopping);
        run.End(outcome: Outcome.Stopped);
        Assert.Equal(["tidy"], run.Rows.Ready);
        Assert.Equal(Done, run.Claim("tidy"));
    }
}
