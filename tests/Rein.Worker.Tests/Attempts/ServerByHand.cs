using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>A server that is the test itself: it hands out what the test says, and keeps what the worker reports.</summary>
sealed class ServerByHand : IWorkerChannel, IAsyncDisposable
{
    readonly CancellationTokenSource stopTaking = new();
    readonly StopThread thread;
    readonly Task working;
    readonly Channel<CommandFrame> frames = Channel.CreateUnbounded<CommandFrame>();
    readonly Channel<Report> reports = Channel.CreateUnbounded<Report>();

    /// <summary>So many batches are lost on their way first.</summary>
    public int Losing { get; set; }

    /// <summary>Every batch that was sent, lost or not.</summary>
    public ConcurrentQueue<IReadOnlyList<Report>> Sent { get; } = new();

    /// <summary>With one worker, which knows one kind.</summary>
    public ServerByHand(StopThread thread, string kind, StepHandler handler)
    {
        this.thread = thread;
        working = new ReinWorker(this, new("by hand", 10), thread).Handle(kind, handler).Run(null, stopTaking.Token);
    }

    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public AttemptRef Assign(string kind, string payload = "{}", double? timeoutMs = null, double graceMs = 10_000) =>
        Assign(kind, Name(), payload, timeoutMs, graceMs);

    public AttemptRef Assign(string kind, AttemptRef attempt, string payload = "{}", double? timeoutMs = null, double graceMs = 10_000)
    {
        frames.Writer.TryWrite(new AssignFrame
        {
            Attempt = attempt, Try = 1, Kind = kind, Payload = Encoding.UTF8.GetBytes(payload), TimeoutMs = timeoutMs, GraceMs = graceMs,
        });
        return attempt;
    }

    /// <summary>An attempt that the worker has not heard of yet.</summary>
    public static AttemptRef Name() => new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), "work", 1);

    public void Stop(AttemptRef attempt, double killInMs = 10_000) => frames.Writer.TryWrite(new StopFrame(attempt, killInMs, "manual", "a test"));

    /// <summary>What the worker reports, in order.</summary>
    public ValueTask<Report> Next() => reports.Reader.ReadAsync(Patience);

    public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) =>
        Task.FromResult(new SessionOpened(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 60_000, 180_000, []));

    public IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel) => frames.Reader.ReadAllAsync(cancel);

    public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> batch, CancellationToken cancel)
    {
        Sent.Enqueue(batch);
        if (Losing-- > 0)
            throw new IOException("The way to the server is broken.");
        foreach (var report in batch)
            reports.Writer.TryWrite(report);
        return Task.FromResult<IReadOnlyList<ReportAnswer>>([.. batch.Select(_ => new ReportAnswer(ReportStatus.Accepted))]);
    }

    public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel) => Task.FromResult(new HeartbeatAnswer(true, []));

    public Task Close(Guid session, CancellationToken cancel) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stopTaking.CancelAsync();
        await working;
        thread.Dispose();
        stopTaking.Dispose();
    }
}
