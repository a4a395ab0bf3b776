using Rein.Core.Runs;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

/// <summary>What a worker says of its attempts when it shuts down, and when its session ends under it.</summary>
public sealed class WorkerLeavesTests
{
    [Fact]
    public async Task A_success_within_the_grace_of_a_shutdown_is_a_success_and_not_executed_again()
    {
        var began = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Handlers = { ["finishing"] = async (_, stop) =>
        {
            began.TrySetResult();
            await stop.UntilTold().ContinueWith(_ => { }, TaskScheduler.Default);
            return StepResult.Success;
        } } });
        var run = await node.StartRun(Graphs.Single("finishing"));
        await began.Task;

        await node.ShutDownWorker();

        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(run)).State);
    }

    [Fact]
    public async Task A_shutdown_fails_no_run_although_its_code_does_not_hear_it()
    {
        var tries = 0;
        var began = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Handlers = { ["deaf"] = async (_, _) =>
        {
            if (Interlocked.Increment(ref tries) > 1)
                return StepResult.Success;
            began.TrySetResult();
            await release.Task;
            return StepResult.Failure("too late");
        } } });
        var run = await node.StartRun(Graphs.Single("deaf"));
        await began.Task;

        var leaving = node.ShutDownWorker();
        var returned = await node.Until(run, now => now.ActiveAttempts == 0);
        release.SetResult();
        await leaving;

        Assert.False(returned.HasEnded);
        await node.StartWorker();
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(run)).State);
    }

    [Fact]
    public async Task Code_that_outlasts_its_session_keeps_its_place_and_is_proved_only_when_it_returns()
    {
        CutChannel? cut = null;
        var began = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Capacity = 2, Wire = channel => cut = new(channel, _ => false), Handlers = { ["deaf"] = async (_, _) =>
        {
            began.TrySetResult();
            await release.Task;
            return StepResult.Success;
        } } });
        await cut!.NextOpen();
        var run = await node.StartRun(Graphs.Single("deaf"));
        await began.Task;
        await node.Stop(run, force: true);

        cut.SessionIsOver = true;
        await cut.NextOpen();
        await cut.NextBeats(2);

        Assert.Equal(1, cut.LastOpened!.Capacity);
        Assert.Equal(1, (await node.Read(run)).Unproved);
        release.SetResult();
        Assert.Equal(Verdict.Exited, (await node.UntilProved(run)).Verdict);
        // Its place is given back with the next heartbeat.
        await cut.NextBeats(2);
        Assert.Equal((2, 2), Assert.Single(node.Capacity.Sessions) is var session ? (session.Capacity, session.Free) : default);
    }
}
