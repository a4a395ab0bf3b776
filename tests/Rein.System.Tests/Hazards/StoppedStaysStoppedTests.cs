using Rein.Core.Runs;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

public sealed class StoppedStaysStoppedTests
{
    [Fact(DisplayName = "H1 A late success of a force-stopped run is refused, changes nothing, and is the proof that it is gone")]
    public async Task A_late_success_of_a_stopped_run_is_refused_and_changes_nothing()
    {
        var began = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Handlers = { ["deaf"] = async (_, _) =>
        {
            began.TrySetResult();
            await release.Task;
            return StepResult.SuccessWith("{\"late\":true}"u8.ToArray());
        } } });
        var run = await node.StartRun(Graphs.Single("deaf"));
        await began.Task;

        var stop = await node.Stop(run, force: true);
        var ended = await node.Read(run);
        release.SetResult();
        var proved = await node.UntilProved(run);

        Assert.Equal(Answer.Stopped, stop.Answer);
        Assert.Equal((RunState.Stopped, 1, Verdict.Fenced), (ended.State, ended.Unproved, ended.Verdict));
        Assert.Equal((RunState.Stopped, Cause.Manual, ended.EndedAt, ended.Used), (proved.State, proved.Cause, proved.EndedAt, proved.Used));
        Assert.Equal(Verdict.Exited, proved.Verdict);
        Assert.Single(await node.Events(run), line => line.Kind is RunEventKind.Ended);
        var step = Assert.Single(await node.Stores.Reader.Steps(run, null, 10, CancellationToken.None));
        Assert.Equal((StepState.Stopped, null), (step.State, step.Result));
    }

    [Fact(DisplayName = "H16 A stop while a retry is awaited ends the run: no further try is made")]
    public async Task A_stop_while_a_retry_is_awaited_ends_the_run()
    {
        var tries = 0;
        await using var node = await TestNode.Start(new() { Handlers = { ["failing"] = (_, _) =>
        {
            Interlocked.Increment(ref tries);
            return Task.FromResult(StepResult.Failure("no luck"));
        } } });
        var run = await node.StartRun(Graphs.Single("failing", """{ "maxAttempts": 5, "backoff": { "initialSeconds": 60 } }"""));
        await node.Until(run, now => now.State is RunState.Waiting);

        var stop = await node.Stop(run);

        Assert.Equal(Answer.Stopped, stop.Answer);
        Assert.Equal((RunState.Stopped, Verdict.Exited), (stop.Run!.State, stop.Run.Verdict));
        Assert.Equal(1, tries);
        Assert.Empty((await node.Stores.Timers.Due(10, CancellationToken.None)).Due);
    }

    [Fact(DisplayName = "H16 A failure under a wish is not retried")]
    public async Task A_failure_under_a_wish_is_not_retried()
    {
        var began = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Handlers = { ["brittle"] = async (_, stop) =>
        {
            began.TrySetResult();
            await stop.UntilTold().ContinueWith(_ => { }, TaskScheduler.Default);
            throw new InvalidOperationException("broke while it was stopping");
        } } });
        var run = await node.StartRun(Graphs.Single("brittle", """{ "maxAttempts": 5 }"""));
        await began.Task;

        await node.Stop(run);
        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Stopped, Cause.Manual), (ended.State, ended.Cause));
        Assert.Single(await node.Attempts(run));
    }

    [Fact(DisplayName = "H13 A cancellation that nobody asked for is a failure, never a silent stop")]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure()
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["foreign"] = (_, _) => throw new OperationCanceledException("some other token") } });
        var run = await node.StartRun(Graphs.Single("foreign"));

        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Failed, Cause.Error), (ended.State, ended.Cause));
        Assert.Contains("some other token", ended.Error);
    }
}
