using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Tests;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>A worker whose name another has taken for a while, and that is run again.</summary>
public sealed class RunAgainTests : IDisposable
{
    static readonly AttemptRef s_deaf = ServerByHand.Name();

    readonly StopThread thread = new();
    readonly CancellationTokenSource stopTaking = new();

    [Fact]
    public async Task What_still_executes_from_before_is_not_proved_before_it_has_returned()
    {
        var server = new Server();
        var mayReturn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var worker = new ReinWorker(server, new("again", 2) { Time = new Hurried() }, thread);
        worker.Handle("deaf", async (_, _) =>
        {
            server.Begun.SetResult();
            await mayReturn.Task;
            return StepResult.Success;
        });
        var taken = await Assert.ThrowsAsync<ReinException>(() => worker.Run(null, stopTaking.Token).WaitAsync(ServerByHand.Patience));
        Assert.Equal(ProblemCodes.WorkerNameTaken, taken.Code);

        var again = worker.Run(null, stopTaking.Token);
        await server.Asked.Task.WaitAsync(ServerByHand.Patience);
        mayReturn.SetResult();

        var proof = Assert.IsType<ProveReport>(await server.Reports.Reader.ReadAsync(ServerByHand.Patience));
        Assert.Equal((s_deaf, Rung.Asked), (proof.Attempt, proof.Proof.Rung));
        await stopTaking.CancelAsync();
        await again;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_has_ended_before_and_was_never_answered_holds_no_place(bool hasRows)
    {
        var server = new MuteServer();
        using var worker = new ReinWorker(server, new("again", 1) { Time = new Hurried() }, thread);
        worker.Handle("deaf", async (context, stop) =>
        {
            if (hasRows)
                await context.Log.Write("before it ends");
            server.Begun.SetResult();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop.UntilTold());
            return StepResult.Success;
        });
        using var first = new CancellationTokenSource();
        var running = worker.Run(null, first.Token);
        await server.Begun.Task.WaitAsync(ServerByHand.Patience);
        await first.CancelAsync();
        await running.WaitAsync(ServerByHand.Patience);

        var again = worker.Run(null, stopTaking.Token);
        Assert.Equal(1, await server.OpenedAgain.Task.WaitAsync(ServerByHand.Patience));
        await stopTaking.CancelAsync();
        await again.WaitAsync(ServerByHand.Patience);
    }

    public void Dispose()
    {
        stopTaking.Dispose();
        thread.Dispose();
    }

    /// <summary>Its first session is over when the attempt executes, then the name is another's, and then it asks what has become of the attempt.</summary>
    sealed class Server : IWorkerChannel
    {
        int opened;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Channel<Report> Reports { get; } = Channel.CreateUnbounded<Report>();

        bool IsFirst => opened == 1;

        public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) => ++opened == 2
            ? throw new ReinException(Problem.Of(ProblemCodes.WorkerNameTaken))
            : Task.FromResult(new SessionOpened(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 2000, 180_000, IsFirst ? [] : [s_deaf]));

        public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
        {
            if (IsFirst)
                yield return new AssignFrame { Attempt = s_deaf, Try = 1, Kind = "deaf", Payload = "{}"u8.ToArray(), GraceMs = 10_000 };
            await cancel.UntilTold();
        }

        public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> batch, CancellationToken cancel)
        {
            foreach (var report in batch)
                Reports.Writer.TryWrite(report);
            return Task.FromResult<IReadOnlyList<ReportAnswer>>([.. batch.Select(_ => new ReportAnswer(ReportStatus.Accepted))]);
        }

        public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
        {
            if (!IsFirst)
                Asked.TrySetResult();
            return Task.FromResult(new HeartbeatAnswer(!IsFirst || !Begun.Task.IsCompleted, []));
        }

        public Task Close(Guid session, CancellationToken cancel) => Task.CompletedTask;
    }

    /// <summary>It takes a session, hands out an attempt, and answers no report.</summary>
    sealed class MuteServer : IWorkerChannel
    {
        int opened;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<int> OpenedAgain { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
        {
            if (++opened == 2)
                OpenedAgain.SetResult(request.Capacity);
            return Task.FromResult(new SessionOpened(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 2000, 180_000, []));
        }

        public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
        {
            if (opened == 1)
                yield return new AssignFrame { Attempt = s_deaf, Try = 1, Kind = "deaf", Payload = "{}"u8.ToArray(), GraceMs = 10_000 };
            await cancel.UntilTold();
        }

        public async Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> batch, CancellationToken cancel)
        {
            await cancel.UntilTold();
            return [];
        }

        public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel) => Task.FromResult(new HeartbeatAnswer(true, []));

        public Task Close(Guid session, CancellationToken cancel) => Task.CompletedTask;
    }
}
