using Rein.Protocol.Workers;
using Rein.Tests;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>A worker in the process of its server takes a frame on the thread that posts it, which waits for nobody.</summary>
public sealed class InProcessTests
{
    readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task An_attempt_begins_and_a_stop_is_known_without_the_ladders_thread()
    {
        using var free = new ManualResetEventSlim();
        using var thread = new StopThread();
        var begun = new TaskCompletionSource<RunContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ServerByHand(thread, "held", async (run, stop) =>
        {
            begun.SetResult(run);
            await stop.UntilTold();
            return StepResult.Success;
        }, isInProcess: true);
        await server.IsRead.WaitAsync(ServerByHand.Patience);
        thread.Post(() => free.Wait(TimeSpan.FromMinutes(1)));

        var attempt = server.Assign("held");
        var run = await begun.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt);

        while (run.Stop is null)
            await Task.Yield();
        Assert.Equal("a test", run.Stop.Reason);
        free.Set();
        Assert.IsType<HeardReport>(await server.Next());
    }

    [Fact]
    public async Task A_thing_that_does_not_return_from_being_asked_holds_up_no_frame()
    {
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ServerByHand(new StopThread(), "any", async (run, stop) =>
        {
            if (run.Input<bool>())
                return StepResult.Success;
            await stop.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            run.Hold(new Deaf(blocked, release.Task));
            return StepResult.Success;
        }, isInProcess: true);
        var deaf = server.Assign("any", "false");
        server.Stop(deaf);
        await blocked.Task.WaitAsync(ServerByHand.Patience);

        server.Stop(deaf);
        var quick = server.Assign("any", "true");

        Assert.Equal(quick, await NextEnd(server));
        release.SetResult();
        Assert.Equal(deaf, await NextEnd(server));
    }

    static async Task<AttemptRef> NextEnd(ServerByHand server)
    {
        while (true)
            if (await server.Next() is EndedReport ended)
                return ended.Attempt;
    }

    /// <summary>Against its contract it waits where it is asked.</summary>
    sealed class Deaf(TaskCompletionSource blocked, Task release) : IStoppable
    {
        public string Kind => "deaf";

        public string Id => "1";

        public Task<Ending> Gone { get; } = Task.FromResult(Ending.ByItself);

        public void Ask()
        {
            blocked.SetResult();
            release.Wait(TimeSpan.FromMinutes(1));
        }

        public void Kill()
        {
        }
    }
}
