using Rein.Protocol.Workers;
using Rein.Tests;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>Protecting delays the question, and never the kill.</summary>
public sealed class ProtectTests : IDisposable
{
    readonly StopThread thread = new();
    readonly TaskCompletionSource inside = Signal(), release = Signal(), isBehind = Signal();

    static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_stop_waits_with_its_question_until_what_is_protected_is_over_and_is_heard_only_then()
    {
        (bool Asked, string? Reason, TimeSpan Left) seen = default;
        await using var server = new ServerByHand(thread, "careful", async (run, stop) =>
        {
            await run.Protect(async () =>
            {
                inside.SetResult();
                await UntilWished(run);
                seen = (stop.IsCancellationRequested, run.Stop?.Reason, run.Stop!.TimeLeft);
                isBehind.SetResult();
                await release.Task;
            });
            await Fired(stop);
            throw new OperationCanceledException(stop);
        });
        var attempt = server.Assign("careful");
        await inside.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt, killInMs: 60_000);
        await isBehind.Task.WaitAsync(ServerByHand.Patience);

        Assert.Equal((false, "a test"), (seen.Asked, seen.Reason));
        Assert.InRange(seen.Left, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(60_000));
        Assert.DoesNotContain(server.Sent, batch => batch.Any(report => report is HeardReport));
        release.SetResult();
        Assert.IsType<HeardReport>(await server.Next());
        Assert.Equal(AttemptOutcome.Stopped, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task The_kill_waits_for_nothing()
    {
        await using var server = new ServerByHand(thread, "careful", async (run, stop) =>
        {
            await run.Protect(async () =>
            {
                inside.SetResult();
                await Fired(stop);
            });
            throw new OperationCanceledException(stop);
        });
        var attempt = server.Assign("careful");
        await inside.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt, killInMs: 30);

        Assert.IsType<HeardReport>(await server.Next());
        Assert.Equal(AttemptOutcome.Stopped, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task Side_by_side_and_nested_the_question_waits_for_the_last()
    {
        var releaseOther = Signal();
        var asked = new List<bool>();
        await using var server = new ServerByHand(thread, "careful", async (run, stop) =>
        {
            var one = run.Protect(() => run.Protect(() => release.Task));
            var other = run.Protect(() => releaseOther.Task);
            inside.SetResult();
            await UntilWished(run);
            asked.Add(stop.IsCancellationRequested);
            release.SetResult();
            await one;
            await Barrier(run);
            asked.Add(stop.IsCancellationRequested);
            releaseOther.SetResult();
            await other;
            await Fired(stop);
            throw new OperationCanceledException(stop);
        });
        var attempt = server.Assign("careful");
        await inside.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt, killInMs: 60_000);

        Assert.IsType<HeardReport>(await server.Next());
        Assert.Equal(AttemptOutcome.Stopped, Assert.IsType<EndedReport>(await server.Next()).Outcome);
        Assert.Equal([false, false], asked);
    }

    [Fact]
    public async Task One_that_begins_behind_the_question_delays_nothing_and_is_done()
    {
        await using var server = new ServerByHand(thread, "careful", async (run, stop) =>
        {
            inside.SetResult();
            await Fired(stop);
            return StepResult.SuccessWith(await run.Protect(() => Task.FromResult("7"u8.ToArray())));
        });
        var attempt = server.Assign("careful");
        await inside.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt, killInMs: 60_000);

        Assert.IsType<HeardReport>(await server.Next());
        Assert.Equal("7"u8.ToArray(), Assert.IsType<EndedReport>(await server.Next()).Result!.Value.ToArray());
    }

    [Fact]
    public async Task What_ends_while_a_question_waits_has_never_heard_it()
    {
        await using var server = new ServerByHand(thread, "careful", async (run, stop) =>
        {
            await run.Protect(async () =>
            {
                inside.SetResult();
                await UntilWished(run);
            });
            return StepResult.Success;
        });
        var attempt = server.Assign("careful");
        await inside.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt, killInMs: 60_000);

        // Heard or not is the race of its last moments; that it ended by itself is none.
        var ended = await server.Next() is EndedReport at ? at : Assert.IsType<EndedReport>(await server.Next());
        Assert.Equal(AttemptOutcome.Succeeded, ended.Outcome);
    }

    /// <summary>Until a stop has come, and whatever the ladder does about it at once is done.</summary>
    async Task UntilWished(RunContext run)
    {
        while (run.Stop is null)
            await Task.Yield();
        await Barrier(run);
    }

    /// <summary>A stop is taken under the lock that a section takes too, and asks on the ladders' thread.</summary>
    async Task Barrier(RunContext run)
    {
        await run.Protect(() => Task.CompletedTask);
        await thread.Run(() => Task.FromResult(true));
        await thread.Run(() => Task.FromResult(true));
    }

    public void Dispose() => thread.Dispose();

    static async Task Fired(CancellationToken stop) => await stop.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
