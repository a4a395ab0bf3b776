using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class ProveAttemptTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Unknown, Unknown, NotNow, AlreadyDone, NotNow, NotNow, AlreadyDone, AlreadyDone, AlreadyDone, Done);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_an_attempt_that_was_closed_without_a_report_lacks_a_proof(Situation situation, Answer answer) =>
        Assert.Equal(answer, TestRun.In(situation).Prove());

    [Fact]
    public void A_proof_raises_the_verdict_and_nothing_else()
    {
        var run = TestRun.In(Situation.Stopped);
        var before = run.Run;
        run.After(5).Prove(proof: TestRun.Killed);
        Assert.Equal((Verdict.Killed, 0), (run.Run.Verdict, run.Run.Unproved));
        Assert.Equal((before.State, before.Used, before.EndedAt, before.Stop), (run.Run.State, run.Run.Used, run.Run.EndedAt, run.Run.Stop));
        Assert.Equal(Outcome.Fenced, run["a"].Attempt!.Outcome);
    }

    [Fact]
    public void Every_proof_after_the_end_is_an_entry_of_the_receipt()
    {
        var run = TestRun.In(Situation.Stopped);
        run.Prove();
        var entry = Assert.Single(run.Effects<ReceiptEntry>());
        Assert.Equal((ReceiptEntryKind.Proved, Verdict.Exited, 0), (entry.Kind, entry.Verdict, entry.Unproved));
        Assert.Empty(run.Events(RunEventKind.Ended));
    }

    [Fact]
    public void A_proof_with_residuals_proves_nothing_yet_and_may_be_completed()
    {
        var run = TestRun.In(Situation.Stopped);
        Assert.Equal(Done, run.Prove(proof: TestRun.LeftOver));
        Assert.Equal(Verdict.Fenced, run.Run.Verdict);
        Assert.Equal(Done, run.Prove(proof: Proof.Nothing));
        Assert.Equal(0, run.Run.Unproved);
        Assert.Equal(AlreadyDone, run.Prove());
    }

    [Fact]
    public void What_was_killed_stays_killed_though_the_rest_went_by_itself()
    {
        var run = TestRun.In(Situation.Stopped);
        run.Prove(proof: TestRun.LeftOver);
        run.Prove(proof: Proof.Nothing);
        Assert.Equal((Verdict.Killed, Rung.Killed), (run.Run.Verdict, run["a"].Attempt!.Proof!.Rung));
    }

    [Fact]
    public void The_verdict_is_over_every_try_so_one_that_was_lost_has_to_be_proved_too()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        var lost = run.Fence("a");
        run.Lose();
        run.Claim();
        run.Stop();
        run.End(outcome: Outcome.Stopped);
        Assert.Equal((RunState.Stopped, Verdict.Fenced), (run.Run.State, run.Run.Verdict));

        Assert.Equal(Done, run.Prove(fence: lost, proof: TestRun.Killed));
        Assert.Equal(Verdict.Killed, run.Run.Verdict);
        Assert.Equal(Rung.Killed, Assert.Single(run.Rows.Archived).Attempt.Proof!.Rung);
        Assert.Equal(AlreadyDone, run.Prove(fence: lost));
    }

    [Fact]
    public void A_lost_attempt_is_proved_while_the_next_try_executes()
    {
        var run = TestRun.Start(Definitions.Retried);
        run.Claim();
        var lost = run.Fence("a");
        run.Lose();
        run.Claim();
        run.Prove(fence: lost);
        Assert.Equal((0, StepState.Active), (run.Run.Unproved, run["a"].State));
        Assert.Null(run["a"].Attempt!.Proof);
    }

    [Fact]
    public void A_proof_under_a_fence_that_never_was_is_unknown() => Assert.Equal(Unknown, TestRun.In(Situation.Stopped).Prove(fence: 4711));
}
