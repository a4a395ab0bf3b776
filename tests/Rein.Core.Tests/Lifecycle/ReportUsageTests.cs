using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class ReportUsageTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, Done, Fenced, Done, Done, Fenced, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Usage_is_taken_from_whoever_executes(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Use(1));

    [Fact]
    public void What_was_reported_is_added_to_what_time_costs_when_the_attempt_ends()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.After(2).Use(0.5m);
        Assert.Equal(0, run.Run.Credits);
        run.After(1.5).End();
        Assert.Equal((4_000_000, 3.5 * TestRun.Second), (run.Run.Credits, run.Run.Used));
    }

    [Fact]
    public void A_total_that_comes_twice_or_late_changes_nothing()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        Assert.Equal(Done, run.Use(3));
        Assert.Equal(AlreadyDone, run.Use(3));
        Assert.Equal(AlreadyDone, run.Use(2));
        Assert.Equal(3_000_000, run["a"].Attempt!.Reported);
    }

    [Fact]
    public void An_old_fence_reports_nothing()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        var old = run.Fence("a");
        run.Lose();
        run.Claim();
        Assert.Equal(Fenced, run.Use(5, fence: old));
        run.Force();
        Assert.Equal((AlreadyEnded, 0), (run.Use(5), run.Run.Credits));
    }

    [Fact]
    public void Usage_until_the_fence_counts_and_stands_in_the_receipt()
    {
        var run = TestRun.Start(Definitions.One);
        run.Claim();
        run.Stop();
        run.After(1).Use(7);
        run.After(1).End(outcome: Outcome.Stopped);
        Assert.Equal(9_000_000, run.Run.Credits);
        Assert.Equal(9_000_000, Assert.Single(run.Effects<ReceiptEntry>()).Credits);
    }
}
