using Rein.Protocol.Workers;
using Rein.Tests;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>What a worker says that its code has heard: a server's wish, and nothing else.</summary>
public sealed class HeardTests
{
    readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource mayReturn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Code_whose_time_was_up_has_heard_no_stop()
    {
        mayReturn.SetResult();
        await using var server = new ServerByHand(new StopThread(), "slow", SlowToReturn);
        server.Assign("slow", timeoutMs: 1);

        Assert.Equal(AttemptOutcome.TimedOut, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task A_stop_behind_a_timeout_is_heard_when_it_comes_and_the_attempt_has_ended_by_it()
    {
        await using var server = new ServerByHand(new StopThread(), "slow", SlowToReturn);
        var attempt = server.Assign("slow", timeoutMs: 1);
        await told.Task.WaitAsync(ServerByHand.Patience);

        server.Stop(attempt);
        server.Stop(attempt);

        Assert.Equal(attempt, Assert.IsType<HeardReport>(await server.Next()).Attempt);
        mayReturn.SetResult();
        Assert.Equal(AttemptOutcome.Stopped, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task A_stop_is_heard_once_and_before_the_end()
    {
        mayReturn.SetResult();
        await using var server = new ServerByHand(new StopThread(), "slow", SlowToReturn);
        var attempt = server.Assign("slow");
        await began.Task.WaitAsync(ServerByHand.Patience);

        server.Stop(attempt);

        Assert.IsType<HeardReport>(await server.Next());
        Assert.Equal(AttemptOutcome.Stopped, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task H7_an_assign_that_comes_behind_its_stop_is_answered_and_never_begins()
    {
        await using var server = new ServerByHand(new StopThread(), "slow", SlowToReturn);
        var stopped = ServerByHand.Name();
        server.Stop(stopped);
        server.Assign("slow", stopped);

        var ended = Assert.IsType<EndedReport>(await server.Next());

        Assert.Equal((stopped, AttemptOutcome.NotStarted), (ended.Attempt, ended.Outcome));
        Assert.False(began.Task.IsCompleted);
        mayReturn.SetResult();
    }

    async Task<StepResult> SlowToReturn(RunContext run, CancellationToken stop)
    {
        began.SetResult();
        await stop.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        told.SetResult();
        await mayReturn.Task;
        throw new OperationCanceledException(stop);
    }
}
