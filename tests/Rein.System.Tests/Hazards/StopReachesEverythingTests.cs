using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

public sealed class StopReachesEverythingTests
{
    [Fact(DisplayName = "H17 The stop arrives while the handler never calls anything")]
    public async Task The_token_fires_although_the_handler_calls_nothing()
    {
        var notice = new TaskCompletionSource<StopNotice?>();
        var began = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Handlers = { ["quiet"] = async (run, stop) =>
        {
            began.TrySetResult();
            await stop.UntilTold().ContinueWith(_ => { }, TaskScheduler.Default);
            notice.TrySetResult(run.Stop);
            return StepResult.Success;
        } } });
        var run = await node.StartRun(Graphs.Single("quiet"));
        await began.Task;

        Assert.Equal(Answer.Asked, (await node.Stop(run)).Answer);
        var ended = await node.UntilEnded(run);

        Assert.Equal(new StopNotice("manual", "a test"), await notice.Task);
        Assert.Equal((RunState.Stopped, Verdict.Exited), (ended.State, ended.Verdict));
        Assert.NotNull(ended.Stop!.HeardAt);
    }

    [Fact(DisplayName = "H18 With every push of a stop lost, it lands within a heartbeat")]
    public async Task A_lost_push_costs_a_heartbeat()
    {
        CutChannel? cut = null;
        await using var node = await TestNode.Start(new() { Wire = channel => cut = new(channel, frame => frame is StopFrame) });
        var run = await node.StartRun(Graphs.Single("hold"));
        await node.Until(run, now => now.ActiveAttempts == 1);

        await node.Stop(run);
        var ended = await node.UntilEnded(run);

        Assert.NotEmpty(cut!.Lost);
        Assert.Equal((RunState.Stopped, Verdict.Exited), (ended.State, ended.Verdict));
    }

    [Fact(DisplayName = "H18 A lost assign is sent again, and executed once")]
    public async Task A_lost_assign_costs_two_heartbeats()
    {
        CutChannel? cut = null;
        await using var node = await TestNode.Start(new() { Wire = channel => cut = new(channel, frame => frame is AssignFrame && cut!.Lost.IsEmpty) });
        var run = await node.StartRun(Graphs.Single("noop"));

        var ended = await node.UntilEnded(run);

        Assert.Single(cut!.Lost);
        Assert.Equal(RunState.Succeeded, ended.State);
        Assert.Single(await node.Attempts(run));
    }

    [Fact(DisplayName = "H7 A stop between the claim and its frame lands: the assign behind it is never begun")]
    public async Task A_stop_right_behind_the_claim_lands()
    {
        var began = false;
        Func<Guid>? target = null;
        TestNode? node = null;
        Task<Committed>? stop = null;
        CommitProbe probe = (kinds, isCommitted) =>
        {
            if (isCommitted && kinds.HasFlag(CommitKinds.Claim) && target is { } run && stop is null)
                stop = node!.Stop(run());
        };
        await using var started = node = await TestNode.Start(new()
        {
            Options = NodeSetup.Quick with { Probe = probe },
            Handlers = { ["counted"] = async (_, token) =>
            {
                began = true;
                await token.UntilTold();
                return StepResult.Success;
            } },
        });
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        target = () => id;

        await node.StartRun(Graphs.Single("counted"), start => start with { Run = id });
        var ended = await node.UntilProved(id);

        Assert.NotNull(stop);
        Assert.Equal(Answer.Asked, (await stop).Answer);
        Assert.Equal(RunState.Stopped, ended.State);
        Assert.Equal(began ? Verdict.Exited : Verdict.NeverStarted, ended.Verdict);
    }

    [Fact(DisplayName = "H7 A queued run is stopped in the commit of the request, and used nothing")]
    public async Task A_queued_run_is_stopped_at_once()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var run = await node.StartRun(Graphs.Single("noop"));

        var stop = await node.Stop(run);

        Assert.Equal((Answer.Stopped, RunState.Stopped, Verdict.NeverStarted), (stop.Answer, stop.Run!.State, stop.Run.Verdict));
        Assert.Equal(TimeSpan.Zero, stop.Run.Used);
        await node.StartWorker();
        var next = await node.UntilEnded(await node.StartRun(Graphs.Single("noop")));
        Assert.Equal(RunState.Succeeded, next.State);
        Assert.Empty(await node.Attempts(run));
    }

    [Fact(DisplayName = "H4 Code in an endless loop is fenced, named, and its place counts as lost until it returns")]
    public async Task Code_that_never_returns_is_fenced_and_named()
    {
        var release = new ManualResetEventSlim();
        var began = new TaskCompletionSource();
        CutChannel? cut = null;
        var begun = 0;
        await using var node = await TestNode.Start(new() { Capacity = 1, Wire = channel => cut = new(channel, _ => false), Handlers = { ["endless"] = (_, _) =>
        {
            Interlocked.Increment(ref begun);
            began.TrySetResult();
            release.Wait(CancellationToken.None);
            return Task.FromResult(StepResult.Success);
        } } });
        var run = await node.StartRun(Graphs.Single("endless"));
        await began.Task;

        await node.Stop(run, graceSeconds: 0.1);
        var ended = await node.UntilEnded(run);
        var waiting = await node.StartRun(Graphs.Single("noop"));
        Assert.Equal((RunState.Stopped, Verdict.Fenced), (ended.State, ended.Verdict));
        Assert.Equal(RunState.Queued, (await node.Read(waiting)).State);

        await cut!.NextBeats(3);
        release.Set();
        var proved = await node.UntilProved(run);
        Assert.Equal((RunState.Stopped, Verdict.Exited), (proved.State, proved.Verdict));
        Assert.Equal(1, begun);
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(waiting)).State);
    }
}
