using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

/// <summary>H9: there is no state in which a stop is refused, and none in which it waits for a worker.</summary>
public sealed class EveryStateStopsTests
{
    [Theory]
    [InlineData(true, FenceAt.End)]
    [InlineData(false, FenceAt.Now)]
    public async Task H9_A_run_whose_worker_is_silent_is_stopped_in_the_commit_of_the_request(bool force, FenceAt fence)
    {
        // No heartbeat either, which would hand out anew what was lost.
        await using var node = await TestNode.Start(new()
        {
            Wire = channel => new CutChannel(channel, _ => true), Options = NodeSetup.Quick with { Heartbeat = TimeSpan.FromSeconds(10) },
        });
        var run = await node.StartRun(Graphs.Single("noop"));
        await node.Until(run, now => now.ActiveAttempts == 1);

        var stop = await node.Stop(run, force: force, fence: fence);

        Assert.Equal((Answer.Stopped, RunState.Stopped, Verdict.Fenced), (stop.Answer, stop.Run!.State, stop.Run.Verdict));
    }

    [Fact]
    public async Task H9_A_polite_stop_ends_by_grace_and_proof_window_without_any_worker()
    {
        await using var node = await TestNode.Start(new()
        {
            Wire = channel => new CutChannel(channel, _ => true),
            Options = NodeSetup.Quick with { Heartbeat = TimeSpan.FromSeconds(10), Rules = NodeSetup.Quick.Rules with { ProofWindow = TimeSpan.FromMilliseconds(300) } },
        });
        var run = await node.StartRun(Graphs.Single("noop"));
        await node.Until(run, now => now.ActiveAttempts == 1);

        Assert.Equal(Answer.Asked, (await node.Stop(run, graceSeconds: 0.3)).Answer);
        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Stopped, Verdict.Fenced), (ended.State, ended.Verdict));
        Assert.InRange(ended.EndedAt!.Value, ended.Stop!.EscalateAt, ended.Stop.EscalateAt + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task H9_A_waiting_run_is_stopped_at_once()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Delay(600_000));
        await node.Until(run, now => now.State is RunState.Waiting);

        Assert.Equal(Answer.Stopped, (await node.Stop(run)).Answer);
    }

    [Fact]
    public async Task H9_A_paused_run_is_stopped_without_resuming()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var run = await node.StartRun(Graphs.Single("noop"));
        Assert.Equal(Answer.Done, (await node.Commands.Submit(node.Organization, new PauseRun(run, "key:test", "wait"))).Answer);

        Assert.Equal(Answer.Stopped, (await node.Stop(run)).Answer);
    }

    [Fact]
    public async Task H10_A_clean_up_has_a_budget_of_its_own_and_force_ignores_it()
    {
        var cleaning = new TaskCompletionSource();
        await using var node = await TestNode.Start(new() { Handlers = { ["tidy"] = async (_, stop) =>
        {
            cleaning.TrySetResult();
            await stop.UntilTold();
            return StepResult.Success;
        } } });
        var run = await node.StartRun("""
            { "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "hold" }, "tidy": { "type": "tidy", "payload": { "finally": true } } } }
            """);
        await node.Until(run, now => now.ActiveAttempts == 1);
        await node.Stop(run);
        await cleaning.Task;

        var polite = await node.Stop(run);
        var forced = await node.Stop(run, force: true);

        Assert.Equal(Answer.AlreadyStopping, polite.Answer);
        Assert.Equal((Answer.Escalated, RunState.Stopped), (forced.Answer, forced.Run!.State));
    }

    [Fact]
    public async Task H10_A_clean_up_that_outlasts_its_budget_is_ended_by_it()
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["tidy"] = async (_, stop) =>
        {
            await stop.UntilTold();
            return StepResult.Success;
        } } });
        var run = await node.StartRun("""
            { "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "hold" }, "tidy": { "type": "tidy", "payload": { "finally": true } } } }
            """);
        await node.Until(run, now => now.ActiveAttempts == 1);

        await node.Stop(run);
        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Stopped, Verdict.Exited), (ended.State, ended.Verdict));
        Assert.True(ended.EndedAt <= ended.CleanUpEndsAt + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task H19_Every_ending_says_who_or_what_ended_it()
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["failing"] = (_, _) => Task.FromResult(StepResult.Failure("no luck")) } });
        var expired = await node.StartRun(Graphs.Single("hold"), start => start with { Deadline = TimeSpan.FromMilliseconds(50) });
        var failed = await node.StartRun(Graphs.Single("failing"));
        var stopped = await node.StartRun(Graphs.Delay(600_000));
        await node.Stop(stopped);

        Assert.Equal((RunState.Stopped, Cause.Deadline, "system"), Ending(await node.UntilEnded(expired)));
        Assert.Equal((RunState.Failed, Cause.Error, null), Ending(await node.UntilEnded(failed)));
        Assert.Equal((RunState.Stopped, Cause.Manual, "key:test"), Ending(await node.UntilEnded(stopped)));
    }

    static (RunState, Cause?, string?) Ending(Run run) => (run.State, run.Cause, run.Stop?.Actor);
}
