using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>A server that is the test itself: it hands out what the test says, and keeps what the worker reports.</summary>
sealed class ServerByHand : IWorkerChannel, IAsyncDisposable
{
    readonly CancellationTokenSource stopTaking = new();
    readonly StopThread thread;
    readonly Task working;
    readonly Channel<CommandFrame> frames = Channel.CreateUnbounded<CommandFrame>(new() { AllowSynchronousContinuations = true });
    readonly Channel<Report> reports = Channel.CreateUnbounded<Report>();

    /// <summary>Its frames are taken inside of what posts them.</summary>
    public bool IsInProcess { get; }

    /// <summary>From here on its frames are read.</summary>
    public Task IsRead => isRead.Task;

    readonly TaskCompletionSource isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>So many batches are lost on their way first.</summary>
    public int Losing { get; set; }

    /// <summary>What of a batch is refused for good, and all of the batch with it.</summary>
    public Func<Report, bool> Refuses { get; init; } = _ => false;

    /// <summary>Called with each heartbeat that has a list, which is the last one of a worker that leaves.</summary>
    public Action SaysWhatIsLeft { get; set; } = () => { };

    /// <summary>It answers nothing, whatever comes.</summary>
    public volatile bool IsSilent;

    readonly double heartbeatMs;
    readonly IReadOnlyList<AttemptRef> former;

    /// <summary>Every batch that was sent, lost or not.</summary>
    public ConcurrentQueue<IReadOnlyList<Report>> Sent { get; } = new();

    readonly Channel<bool> beats = Channel.CreateUnbounded<bool>();

    /// <summary>With one worker, which knows one kind, and begins at once.</summary>
    /// <param name="heartbeatMs">How often the worker is to say that it lives.</param>
    /// <param name="former">What it is asked to prove at once.</param>
    public ServerByHand(StopThread thread, string kind, StepHandler handler, Func<WorkerOptions, WorkerOptions>? with = null, double heartbeatMs = 60_000, bool isInProcess = false, IReadOnlyList<AttemptRef>? former = null)
    {
        (this.thread, this.heartbeatMs, this.former, IsInProcess) = (thread, heartbeatMs, former ?? [], isInProcess);
        var options = new WorkerOptions("by hand", 10);
        working = Task.Run(() => new ReinWorker(this, with?.Invoke(options) ?? options, thread).Handle(kind, handler).Run(null, stopTaking.Token));
    }

    /// <summary>So many heartbeats from now on, answered or not.</summary>
    public async Task Beats(int count)
    {
        while (beats.Reader.TryRead(out _)) { }
        for (var i = 0; i < count; i++)
            await beats.Reader.ReadAsync(Patience);
    }

    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public AttemptRef Assign(string kind, string payload = "{}", double? timeoutMs = null, double graceMs = 10_000) =>
        Assign(kind, Name(), payload, timeoutMs, graceMs);

    public AttemptRef Assign(
        string kind, AttemptRef attempt, string payload = "{}", double? timeoutMs = null, double graceMs = 10_000, Func<AssignFrame, AssignFrame>? with = null)
    {
        var frame = new AssignFrame
        {
            Attempt = attempt, Try = 1, Kind = kind, Payload = Encoding.UTF8.GetBytes(payload), TimeoutMs = timeoutMs, GraceMs = graceMs,
        };
        frames.Writer.TryWrite(with?.Invoke(frame) ?? frame);
        return attempt;
    }

    /// <summary>An attempt that the worker has not heard of yet.</summary>
    public static AttemptRef Name() => new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), "work", 1);

    public void Stop(AttemptRef attempt, double killInMs = 10_000) => frames.Writer.TryWrite(new StopFrame(attempt, killInMs, "manual", "a test"));

    /// <summary>What the worker reports, in order.</summary>
    public ValueTask<Report> Next() => reports.Reader.ReadAsync(Patience);

    public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) =>
        Task.FromResult(new SessionOpened(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), heartbeatMs, 180_000, former));

    public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        var next = frames.Reader.WaitToReadAsync(cancel);
        isRead.TrySetResult();
        while (await next)
        {
            while (frames.Reader.TryRead(out var frame))
                yield return frame;
            next = frames.Reader.WaitToReadAsync(cancel);
        }
    }

    public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> batch, CancellationToken cancel)
    {
        Sent.Enqueue(batch);
        if (Losing-- > 0 || IsSilent)
            throw new IOException("The way to the server is broken.");
        if (batch.Any(Refuses))
            throw new ReinException(Problem.Of(ProblemCodes.BadField));
        foreach (var report in batch)
            reports.Writer.TryWrite(report);
        return Task.FromResult<IReadOnlyList<ReportAnswer>>([.. batch.Select(Accept)]);
    }

    static ReportAnswer Accept(Report report) => report switch
    {
        ItemsReport items => new(ReportStatus.Accepted, items.FirstSeq + items.Rows.Count - 1),
        LogsReport logs => new(ReportStatus.Accepted, logs.FirstSeq + logs.Rows.Count - 1),
        _ => new(ReportStatus.Accepted),
    };

    public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        beats.Writer.TryWrite(true);
        if (beat.Held is not null)
            SaysWhatIsLeft();
        return IsSilent ? throw new IOException("The way to the server is broken.") : Task.FromResult(new HeartbeatAnswer(true, []));
    }

    public Task Close(Guid session, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The worker leaves, whether it is heard or not.</summary>
    public async Task ShutDown()
    {
        await stopTaking.CancelAsync();
        await working;
    }

    public async ValueTask DisposeAsync()
    {
        // A worker says what it has to say before it goes.
        IsSilent = false;
        await ShutDown();
        thread.Dispose();
        stopTaking.Dispose();
    }
}
