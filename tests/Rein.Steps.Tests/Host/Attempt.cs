using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Rein.Protocol.Workers;
using Rein.Worker;
using Rein.Worker.Ladder;

namespace Rein.Steps.Tests.Host;

/// <summary>One attempt at a step by a real worker, whose server is the test: it hands out the attempt, stops it, and keeps what is reported.</summary>
sealed class Attempt : IWorkerChannel, IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stopTaking = new();
    readonly StopThread thread = new();
    readonly Channel<CommandFrame> frames = Channel.CreateUnbounded<CommandFrame>();
    readonly TaskCompletionSource<EndedReport> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<JsonElement> items = [];
    readonly StringBuilder log = new();
    readonly TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long chunks;
    readonly Task working;
    readonly AttemptRef attempt = new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), "work", 1);

    public Attempt(StepHandler handler, string payload)
    {
        working = new ReinWorker(this, new("by hand", 1), thread).Handle("it", Timed).Run(null, stopTaking.Token);
        frames.Writer.TryWrite(new AssignFrame { Attempt = attempt, Try = 1, Kind = "it", Payload = Encoding.UTF8.GetBytes(payload), GraceMs = 10_000 });

        async Task<StepResult> Timed(RunContext run, CancellationToken stop)
        {
            // A token behind the worker's, so that the clock runs before the code can know.
            long fired = 0;
            using var own = new CancellationTokenSource();
            using var told = stop.Register(() =>
            {
                fired = TimeProvider.System.GetTimestamp();
                own.Cancel();
            });
            try
            {
                return await handler(run, own.Token);
            }
            finally
            {
                EndedAfter = fired == 0 ? null : TimeProvider.System.GetElapsedTime(fired);
            }
        }
    }

    /// <summary>From the token to the return of the handler; null where it was not stopped.</summary>
    public TimeSpan? EndedAfter { get; private set; }

    public IReadOnlyList<JsonElement> Items => items;

    /// <summary>What it has written; whole when it has ended.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Completes when it has written anything, or added an item.</summary>
    public Task Said => said.Task.WaitAsync(Patience);

    public static async Task<(EndedReport End, IReadOnlyList<JsonElement> Items)> Run(StepHandler handler, string payload)
    {
        await using var one = new Attempt(handler, payload);
        return (await one.End(), one.Items);
    }

    public async Task<EndedReport> End() => await ended.Task.WaitAsync(Patience);

    /// <param name="grace">Ten seconds, if nothing is said.</param>
    public async Task<EndedReport> Stop(TimeSpan? grace = null)
    {
        frames.Writer.TryWrite(new StopFrame(attempt, (long)(grace ?? TimeSpan.FromSeconds(10)).TotalMilliseconds, "manual", "a test"));
        return await End();
    }

    public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) =>
        Task.FromResult(new SessionOpened(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 60_000, 180_000, []));

    public IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel) => frames.Reader.ReadAllAsync(cancel);

    public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> batch, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ReportAnswer>>([.. batch.Select(Take)]);

    ReportAnswer Take(Report report)
    {
        if (report is ItemsReport { Rows: var rows })
        {
            items.AddRange(rows.Select(row => JsonElement.Parse(row.Span)));
            said.TrySetResult();
            return new(ReportStatus.Accepted, items.Count);
        }
        if (report is LogsReport { Rows: var written })
        {
            lock (log)
                foreach (var chunk in written)
                    log.Append(Encoding.UTF8.GetString(chunk.Span));
            said.TrySetResult();
            return new(ReportStatus.Accepted, chunks += written.Count);
        }
        if (report is EndedReport end)
            ended.TrySetResult(end);
        return new(ReportStatus.Accepted);
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
