using System.Net;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Commits;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Api;

public sealed class TroubleTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_above_the_bound_are_refused_as_busy_and_told_when_to_come_again_and_a_stop_is_not()
    {
        using var free = new ManualResetEventSlim();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isHeld = 0;
        await using var server = await TroubledServer.Start((kinds, isCommitted) =>
        {
            if (isCommitted || Volatile.Read(ref isHeld) == 0)
                return;
            held.TrySetResult();
            free.Wait();
        });
        await server.Client.SaveWorkflow("flow", TestServer.Graph("hold"), cancel: Cancel);
        var run = await server.Client.Start("flow", cancel: Cancel);
        try
        {
            Volatile.Write(ref isHeld, 1);
            var first = server.Client.Start("flow", cancel: Cancel);
            await held.Task;
            var thousand = $$"""{"runs":[{{string.Join(',', Enumerable.Repeat("{}", 1000))}}]}""";
            var batches = Enumerable.Range(0, (WorkQueue.StartBound / 1000) + 1).Select(_ => server.Post("/v1/workflows/flow/runs:batch", thousand)).ToList();

            // All others wait for the lane: only a refusal can be answered.
            var refused = await await Task.WhenAny(batches);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            await Refused.With(ProblemCodes.Busy, refused);
            var stop = server.Client.Stop(run.Id, cancel: Cancel);
            Assert.False(stop.IsCompleted);

            free.Set();
            Assert.Equal("stopped", (await stop).Answer);
            Assert.Equal("queued", (await first).State);
            Assert.Equal(batches.Count - 1, (await Task.WhenAll(batches)).Count(response => response.IsSuccessStatusCode));
        }
        finally
        {
            free.Set();
        }
    }

    [Fact]
    public async Task A_store_that_refuses_is_said_to_be_unavailable_nothing_is_durable_and_the_same_stop_lands_when_it_is_back()
    {
        var isAway = 0;
        var tries = 0;
        await using var server = await TroubledServer.Start((kinds, isCommitted) =>
        {
            if (isCommitted || Volatile.Read(ref isAway) == 0 || !kinds.HasFlag(CommitKinds.Stop))
                return;
            Interlocked.Increment(ref tries);
            throw new StoreException("the disk is full") { IsTransient = true };
        });
        var run = await server.Client.StartInline(new() { Definition = TestServer.Graph("hold") }, cancel: Cancel);

        Volatile.Write(ref isAway, 1);
        var problem = await Refused.With(ProblemCodes.StoreUnavailable, await server.Post($"/v1/runs/{run.Id}/stop", "{}"));
        Assert.NotNull(problem.Id);
        Assert.DoesNotContain("disk", JsonSerializer.Serialize(problem));
        Assert.True(tries > 1);
        Assert.False((await server.Client.ReadRun(run.Id, cancel: Cancel)).IsStopping);

        Volatile.Write(ref isAway, 0);
        Assert.Equal("stopped", (await server.Client.Stop(run.Id, cancel: Cancel)).Answer);
    }
}
