using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class RequestStopTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Stopped, Stopped, Asked, Asked, Asked, AlreadyStopping, Asked, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    public static TheoryData<Situation, Answer> ForcedAnswers => new EverySituation(
        Stopped, Stopped, Stopped, Stopped, Stopped, Escalated, Stopped, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Every_run_can_be_asked_to_stop(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Stop());

    [Theory]
    [MemberData(nameof(ForcedAnswers))]
    public void A_forced_stop_ends_every_live_run_in_its_commit_without_clean_up_H9_H10(Situation situation, Answer answer)
    {
        var run = TestRun.In(situation);
        Assert.Equal(answer, run.Force());
        Assert.True(run.Run is { HasEnded: true, Open: 0, ActiveAttempts: 0, Ready: 0 });
        Assert.Empty(run.Rows.Ready);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_request_is_kept_with_the_answer_that_it_got(Situation situation, Answer answer)
    {
        var run = TestRun.In(situation);
        run.Stop();
        Assert.Equal(answer is AlreadyEnded ? [] : [answer], run.Last.Change?.Requests.Select(request => request.Answer) ?? []);
    }

    [Fact]
    public void A_run_that_was_never_handed_out_is_stopped_at_once_used_nothing_and_never_started()
    {
        var run = TestRun.In(Situation.Queued);
        run.After(60).Stop();
        Assert.Equal((RunState.Stopped, Verdict.NeverStarted, TimeSpan.Zero), (run.Run.State, run.Run.Verdict, run.Run.Used));
        Assert.Empty(run.Effects<SendStop>());
    }

    [Fact]
    public void Who_executes_is_told_and_what_nobody_executes_is_withdrawn()
    {
        var run = TestRun.Start(Definitions.Pair);
        run.Claim("a");
        Assert.Equal(Asked, run.Stop());
        var frame = Assert.Single(run.Effects<SendStop>());
        Assert.Equal(("a", 10 * TestRun.Second, "too slow"), (frame.Step, frame.KillIn, frame.Reason));
        Assert.Equal(StepState.Stopped, run["b"].State);
        Assert.Equal(run.Now, run.Run.Stop!.SignalledAt);
    }

    [Fact]
    public void A_step_that_waits_for_its_retry_or_its_delay_never_begins_H13_H16()
    {
        var waiting = TestRun.Start(Definitions.Delayed);
        Assert.Equal(Stopped, waiting.Stop());
        Assert.Equal(AlreadyEnded, waiting.After(5).Wake("wait"));

        var retrying = TestRun.Start(Definitions.Retried);
        retrying.Claim();
        retrying.End(outcome: Outcome.Failed);
        Assert.Equal(Stopped, retrying.Stop());
        Assert.Equal(AlreadyEnded, retrying.After(5).Wake("a"));
    }

    [Fact]
    public void The_origin_of_a_run_is_the_first_and_every_request_is_kept_with_its_answer_H19()
    {
        var run = TestRun.In(Situation.Stopping);
        run.Stop(origin: StopOrigin.Parent, reason: "the parent too");
        Assert.Equal((StopOrigin.Manual, "too slow", 2), (run.Run.Stop!.Origin, run.Run.Stop.Reason, run.Run.Stop.Requests));
        var request = Assert.Single(run.Last.Change!.Requests);
        Assert.Equal((2, StopOrigin.Parent, "the parent too", AlreadyStopping), (request.Number, request.Origin, request.Reason, request.Answer));
    }

    [Theory]
    [InlineData(StopOrigin.Deadline, StopOrigin.Manual, true)]
    [InlineData(StopOrigin.Parent, StopOrigin.Panic, true)]
    [InlineData(StopOrigin.Manual, StopOrigin.Deadline, true)]
    [InlineData(StopOrigin.Deadline, StopOrigin.Parent, false)]
    public void It_is_remembered_that_somebody_asked_for_the_end_whoever_was_first(StopOrigin first, StopOrigin then, bool isByHand)
    {
        var run = TestRun.In(Situation.Running);
        run.Stop(origin: first);
        Assert.Equal(first.IsByHand(), run.Run.Stop!.WasByHand());
        run.Stop(origin: then);
        run.Stop(origin: StopOrigin.Budget);
        Assert.Equal((first, isByHand), (run.Run.Stop.Origin, run.Run.Stop.WasByHand()));
    }

    [Fact]
    public void That_somebody_asks_once_it_is_over_changes_nothing_of_who_has_ended_it()
    {
        var run = TestRun.In(Situation.Running);
        run.Stop(origin: StopOrigin.Deadline, fence: FenceAt.Now);
        Assert.Equal(AlreadyEnded, run.Stop());
        Assert.False(run.Run.Stop!.WasByHand());
    }

    [Theory]
    [InlineData(3, Escalated, 3)]
    [InlineData(60, AlreadyStopping, 10)]
    public void The_deadline_of_a_stop_only_moves_earlier_and_the_frame_is_sent_again(int grace, Answer answer, int killIn)
    {
        var run = TestRun.In(Situation.Stopping);
        Assert.Equal(answer, run.Stop(grace));
        Assert.Equal(killIn * TestRun.Second, Assert.Single(run.Effects<SendStop>()).KillIn);
        Assert.Equal(run.Now + (killIn + 7) * TestRun.Second, run.Run.DueAt);
    }

    [Fact]
    public void A_grace_above_the_maximum_is_cut_to_it()
    {
        var run = TestRun.In(Situation.Running);
        run.Stop(grace: 1e6);
        Assert.Equal(Rules.Default.MaxGrace, run.Run.Stop!.Grace);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(-4, 0)]
    public void A_child_has_what_is_left_of_its_parents_grace_by_the_clock_of_the_decision(int left, int killIn)
    {
        var run = TestRun.In(Situation.Running);
        run.Do(new Runs.Lifecycle.RequestStop(run.Id, StopOrigin.Parent, "key:ops", "", Grace: null, FenceAt.End, Force: false) { Until = run.Now + left * TestRun.Second });
        Assert.Equal(killIn * TestRun.Second, Assert.Single(run.Effects<SendStop>()).KillIn);
        Assert.Equal(run.Now + killIn * TestRun.Second, run.Run.Stop!.GraceEndsAt);
    }

    [Fact]
    public void Fence_now_ends_the_run_but_leaves_the_worker_its_grace()
    {
        var run = TestRun.In(Situation.Running);
        Assert.Equal(Stopped, run.Stop(fence: FenceAt.Now));
        Assert.Equal(10 * TestRun.Second, Assert.Single(run.Effects<SendStop>()).KillIn);
        Assert.Equal((RunState.Stopped, Verdict.Fenced), (run.Run.State, run.Run.Verdict));
    }

    [Fact]
    public void A_forced_stop_kills_at_once_and_the_proof_may_come_later()
    {
        var run = TestRun.In(Situation.Running);
        run.Force();
        Assert.Equal(TimeSpan.Zero, Assert.Single(run.Effects<SendStop>()).KillIn);
        run.Prove(proof: TestRun.Killed);
        Assert.Equal(Verdict.Killed, run.Run.Verdict);
    }

    [Fact]
    public void Force_consults_no_counter_so_a_run_with_damaged_rows_ends_too_H9()
    {
        var run = TestRun.In(Situation.Running);
        var damaged = run.Run with { Open = 7, ActiveAttempts = 0, Ready = 3 };
        var decision = new Runs.Lifecycle.RequestStop(run.Id, StopOrigin.Manual, "key:ops", "", default, FenceAt.Now, Force: true).Decide(damaged, run.Now);
        Assert.Equal(RunState.Stopped, decision.Change!.Run.State);
        Assert.Single(decision.Change.Effects.OfType<SendStop>());
    }

    [Theory]
    [InlineData(StopOrigin.Panic)]
    [InlineData(StopOrigin.QueueTtl)]
    public void Panic_and_the_end_of_the_queue_skip_the_clean_up(StopOrigin origin)
    {
        var run = TestRun.In(Situation.Running);
        run.Stop(origin: origin);
        run.End(outcome: Outcome.Stopped);
        Assert.Equal(RunState.Stopped, run.Run.State);
    }

    [Fact]
    public void A_panic_closes_a_clean_up_that_runs_and_a_polite_request_does_not_H10()
    {
        var run = TestRun.In(Situation.Stopping);
        run.End(outcome: Outcome.Stopped);
        run.Claim("tidy");
        Assert.Equal(AlreadyStopping, run.Stop(grace: 0));
        Assert.Empty(run.Effects<SendStop>());
        Assert.Equal(Situation.CleaningUp, run.Run.Situation());

        Assert.Equal(Escalated, run.Stop(origin: StopOrigin.Panic));
        Assert.Equal("tidy", Assert.Single(run.Effects<SendStop>()).Step);
        Assert.Equal((RunState.Stopped, Cause.Manual, 0, Verdict.Fenced), (run.Run.State, run.Run.Cause, run.Run.Open, run.Run.Verdict));
        Assert.Equal(run.Now, run.Run.Stop!.FencedAt);
    }

    [Fact]
    public void A_panic_that_finds_the_run_only_cleaning_up_leaves_its_holders_the_grace_of_the_request()
    {
        var run = TestRun.In(Situation.CleaningUp);
        run.Claim("tidy");
        Assert.Equal(Stopped, run.Stop(grace: 3, origin: StopOrigin.Panic));
        Assert.Equal(3 * TestRun.Second, Assert.Single(run.Effects<SendStop>()).KillIn);
        Assert.Equal((RunState.Stopped, Cause.Panic), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void A_panic_behind_another_request_opens_no_clean_up_H10()
    {
        var run = TestRun.In(Situation.Stopping);
        Assert.Equal(Escalated, run.Stop(grace: 60, origin: StopOrigin.Panic));
        Assert.Equal(AlreadyStopping, run.Stop(grace: 60, origin: StopOrigin.Panic));
        run.End(outcome: Outcome.Stopped);
        Assert.Equal((RunState.Stopped, Cause.Manual), (run.Run.State, run.Run.Cause));
    }

    [Theory]
    [InlineData(StopOrigin.Panic)]
    [InlineData(StopOrigin.QueueTtl)]
    public void A_wish_that_is_older_than_the_flag_skips_the_clean_up_by_its_origin(StopOrigin origin)
    {
        var run = TestRun.In(Situation.Running);
        run.Stop(origin: origin);
        run.Rewrite(old => old with { Stop = old.Stop! with { SkipsCleanUp = false } });
        run.End(outcome: Outcome.Stopped);
        Assert.Equal(RunState.Stopped, run.Run.State);
    }

    [Fact]
    public void A_child_of_a_run_that_skips_its_clean_up_skips_its_own()
    {
        var run = TestRun.In(Situation.Running);
        run.Do(new Runs.Lifecycle.RequestStop(run.Id, StopOrigin.Parent, "key:ops", "panic", null, FenceAt.End, Force: false) { ParentSkipsCleanUp = true });
        run.End(outcome: Outcome.Stopped);
        Assert.Equal((RunState.Stopped, Cause.Parent), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void A_stop_opens_the_clean_up_where_something_was_handed_out_and_nothing_executes()
    {
        var run = TestRun.In(Situation.Waiting);
        Assert.Equal(Asked, run.Stop());
        Assert.Equal(Situation.CleaningUp, run.Run.Situation());
    }

    [Fact]
    public void Clean_up_that_a_stop_opens_can_read_the_input_of_the_run()
    {
        var run = TestRun.Start(Definitions.TidyReads, """{"name":"it"}""");
        run.Claim();
        run.End(outcome: Outcome.Failed);
        run.Stop();
        Assert.Equal("cleaned it", Assert.Single(run.Effects<WriteLog>()).Text);
        Assert.Equal(RunState.Stopped, run.Run.State);
    }

    [Fact]
    public void A_run_that_is_only_cleaning_up_still_ends_as_stopped()
    {
        var run = TestRun.In(Situation.CleaningUp);
        run.Stop();
        run.Claim("tidy");
        run.End("tidy");
        Assert.Equal((RunState.Stopped, Cause.Manual), (run.Run.State, run.Run.Cause));
    }

    [Fact]
    public void Children_are_told_of_every_request_until_the_end()
    {
        var run = TestRun.Start(Definitions.Pair);
        run.Claim("b");
        run.StartChild(awaiting: "a");
        run.Stop();
        Assert.Contains(run.Effects<Duty>(), duty => duty.Kind is DutyKind.Cascade);
        run.Force();
        Assert.Contains(run.Effects<Duty>(), duty => duty.Kind is DutyKind.Cascade);
    }

    [Fact]
    public void The_slot_is_free_and_usage_frozen_at_the_fence_H3()
    {
        var run = TestRun.Start(Definitions.One, with: start => start with { LimitKeys = ["key"] });
        run.Claim();
        run.After(3).Force();
        Assert.False(run.Run.HoldsSlots);
        Assert.Equal("key", Assert.Single(run.Effects<Admit>()).Key);
        Assert.Equal(3 * TestRun.Second, run.Run.Used);
        run.After(9).Prove();
        Assert.Equal(3 * TestRun.Second, run.Run.Used);
    }

    [Fact]
    public void A_clock_that_jumps_back_makes_no_decision_older_than_the_one_before()
    {
        var run = TestRun.Start(Definitions.One);
        run.After(10).Claim();
        run.After(-8).Stop();
        Assert.Equal(run["a"].Attempt!.AssignedAt, run.Run.Stop!.RequestedAt);
        run.End(outcome: Outcome.Stopped);
        Assert.Equal(TimeSpan.Zero, run.Run.Used);
    }
}
