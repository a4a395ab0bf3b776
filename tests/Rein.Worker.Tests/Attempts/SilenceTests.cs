using Rein.Protocol.Workers;
using Rein.Tests;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>A worker whose server does not answer stops what it holds by itself.</summary>
public sealed class SilenceTests
{
    const double Often = 20;
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300), Long = TimeSpan.FromSeconds(10);

    readonly TaskCompletionSource began = Signal(), told = Signal(), mayReturn = Signal();
    StopNotice? notice;

    static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task After_a_silence_the_code_is_asked_and_what_became_of_it_is_told_when_the_server_answers_again()
    {
        mayReturn.SetResult();
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = Short }, Often);
        var attempt = server.Assign("work");
        await began.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = true;

        await told.Task.WaitAsync(ServerByHand.Patience);
        Assert.Equal("silence", notice?.Origin);
        server.IsSilent = false;

        var returned = Assert.IsType<ReturnedReport>(await server.Next());
        Assert.Equal((attempt, Rung.Asked), (returned.Attempt, returned.Proof.Rung));
    }

    [Fact]
    public async Task Code_that_does_not_listen_is_given_up_after_its_grace_and_named()
    {
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = Short }, Often);
        server.Assign("work", ServerByHand.Name(), graceMs: 20);
        await began.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = true;
        await told.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = false;

        Assert.Equal("handler", Assert.Single(Assert.IsType<ReturnedReport>(await server.Next()).Proof.Residuals).Kind);
        mayReturn.SetResult();
        Assert.Empty(Assert.IsType<ProveReport>(await server.Next()).Proof.Residuals);
    }

    [Fact]
    public async Task While_heartbeats_are_answered_nothing_is_silent()
    {
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = 4 * Short }, Often);
        server.Assign("work");
        await began.Task.WaitAsync(ServerByHand.Patience);

        await server.Beats(100);
        Assert.False(told.Task.IsCompleted);
        mayReturn.SetResult();
    }

    [Fact]
    public async Task A_silence_shorter_than_three_heartbeats_is_none()
    {
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = TimeSpan.FromMilliseconds(1) }, 1000);
        server.Assign("work");
        await began.Task.WaitAsync(ServerByHand.Patience);

        await server.Beats(2);
        Assert.False(told.Task.IsCompleted);
        mayReturn.SetResult();
    }

    [Fact]
    public async Task A_worker_that_was_suspended_gives_the_server_its_time_first()
    {
        var clock = new JumpingClock();
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = Long, Time = clock }, Often);
        server.Assign("work");
        await began.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = true;
        // What was answered before is forgotten by a look in between.
        await server.Beats(60);
        clock.Ahead = TimeSpan.FromHours(1);

        await server.Beats(40);
        Assert.False(told.Task.IsCompleted);
        server.IsSilent = false;
        await server.Beats(40);
        Assert.False(told.Task.IsCompleted);
        mayReturn.SetResult();
    }

    [Fact]
    public async Task An_answer_in_the_middle_of_the_question_takes_nothing_back_and_new_work_is_taken()
    {
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = Short }, Often);
        var first = server.Assign("work", ServerByHand.Name(), graceMs: 60_000);
        await began.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = true;
        await told.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = false;
        await server.Beats(2);

        var second = server.Assign("work", "{\"quick\":true}");
        var ended = Assert.IsType<EndedReport>(await server.Next());
        Assert.Equal((second, AttemptOutcome.Succeeded), (ended.Attempt, ended.Outcome));
        mayReturn.SetResult();
        Assert.Equal(first, Assert.IsType<ReturnedReport>(await server.Next()).Attempt);
    }

    [Fact]
    public async Task A_wish_of_the_server_that_comes_meanwhile_is_what_the_attempt_ends_by()
    {
        await using var server = new ServerByHand(new StopThread(), "work", Work, options => options with { Silence = Short }, Often);
        var attempt = server.Assign("work", ServerByHand.Name(), graceMs: 60_000);
        await began.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = true;
        await told.Task.WaitAsync(ServerByHand.Patience);
        server.IsSilent = false;
        server.Stop(attempt);

        Assert.IsType<HeardReport>(await server.Next());
        mayReturn.SetResult();
        Assert.Equal(AttemptOutcome.Stopped, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    async Task<StepResult> Work(RunContext run, CancellationToken stop)
    {
        if (run.Payload.Length > 2)
            return StepResult.Success;
        began.SetResult();
        await stop.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        notice = run.Stop;
        told.SetResult();
        await mayReturn.Task;
        throw new OperationCanceledException(stop);
    }

    /// <summary>The machine's; what it jumps ahead nobody was awake for.</summary>
    sealed class JumpingClock : TimeProvider
    {
        TimeSpan ahead;

        public TimeSpan Ahead
        {
            set => ahead = value;
        }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(ahead.TotalSeconds * TimestampFrequency);
    }
}
