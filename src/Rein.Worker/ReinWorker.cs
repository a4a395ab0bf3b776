using System.Collections.Concurrent;
using Rein.Protocol.Workers;
using Rein.Worker.Attempts;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker;

/// <summary>Executes attempts for a server: opens a session, takes frames, reports, and climbs the ladder for whatever it is told to stop.</summary>
public sealed class ReinWorker : IDisposable
{
    readonly Dictionary<string, StepHandler> handlers = new(StringComparer.Ordinal) { [Drill.Kind] = Drill.Execute };
    readonly IWorkerChannel channel;
    readonly WorkerOptions options;
    readonly StopThread thread;

    /// <param name="channel">The way to the server.</param>
    /// <param name="options">How the worker presents itself.</param>
    /// <param name="thread">The ladders' thread; shared with whatever starts processes.</param>
    public ReinWorker(IWorkerChannel channel, WorkerOptions options, StopThread thread)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Silence, TimeSpan.Zero, nameof(options));
        (this.channel, this.options, this.thread) = (channel, options, thread);
    }

    /// <summary>Registers what executes a kind; before <see cref="Run"/>.</summary>
    public ReinWorker Handle(string kind, StepHandler handler)
    {
        handlers.Add(kind, handler);
        return this;
    }

    /// <summary>Works until told to stop, one session after the other. Then it takes nothing more and hands back what it holds.</summary>
    /// <param name="opened">Called with each session that was opened.</param>
    /// <param name="stopTaking">Fires when the worker is to shut down.</param>
    public async Task Run(Action<SessionOpened>? opened, CancellationToken stopTaking)
    {
        var silence = new Silence(options.Silence);
        var heard = new HeardChannel(channel, silence);
        var home = new AttemptHome(heard, thread, options.Time, options.Refused);
        using var over = new CancellationTokenSource();
        _ = thread.Run(() => silence.Watch(home, over.Token));
        try
        {
            await Sessions(heard, home, opened, stopTaking);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    async Task Sessions(HeardChannel heard, AttemptHome home, Action<SessionOpened>? opened, CancellationToken stopTaking)
    {
        while (!stopTaking.IsCancellationRequested)
        {
            // Code of a former session that has not returned takes its place of the next one's.
            await home.UntilAtMost(options.Capacity - 1, stopTaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopTaking.IsCancellationRequested)
                return;
            var capacity = Math.Max(1, options.Capacity - home.HeldCount);
            if (await Open(heard, capacity, stopTaking) is not { } session)
                return;
            opened?.Invoke(session);
            await new WorkerSession(heard, options, home, handlers, session).Run(stopTaking);
        }
    }

    /// <returns>Null where the worker shuts down before a server has answered.</returns>
    async Task<SessionOpened?> Open(HeardChannel heard, int capacity, CancellationToken stopTaking)
    {
        try
        {
            return await heard.Open(new(options.Name, options.Pool, [.. handlers.Keys], capacity, options.Version), stopTaking);
        }
        catch (OperationCanceledException) when (stopTaking.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends the ladders' thread.</summary>
    public void Dispose() => thread.Dispose();
}
