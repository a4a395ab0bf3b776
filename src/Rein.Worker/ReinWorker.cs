using System.Collections.Concurrent;
using Rein.Protocol;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Worker.Attempts;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker;

/// <summary>Executes attempts for a server: opens a session, takes frames, reports, and climbs the ladder for whatever it is told to stop.</summary>
public sealed class ReinWorker : IDisposable
{
    static readonly TimeSpan LookForName = TimeSpan.FromMilliseconds(250);

    readonly Dictionary<string, StepHandler> handlers = new(StringComparer.Ordinal) { [Drill.Kind] = Drill.Execute };
    readonly IWorkerChannel channel;
    readonly WorkerOptions options;
    readonly StopThread thread;
    readonly NameClaim? claim;
    readonly Unheard unheard;
    readonly Silence silence;
    readonly HeardChannel heard;

    /// <summary>One for all its runs: code that has outlasted one still executes in the next.</summary>
    readonly AttemptHome home;
    int lives;

    /// <summary>The latest of this process: that it comes again with it shows a server that it is there still.</summary>
    Guid? previous;

    /// <param name="channel">The way to the server.</param>
    /// <param name="options">How the worker presents itself.</param>
    /// <param name="thread">The ladders' thread; shared with whatever starts processes.</param>
    public ReinWorker(IWorkerChannel channel, WorkerOptions options, StopThread thread)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Silence, TimeSpan.Zero, nameof(options));
        (this.channel, this.options, this.thread) = (channel, options, thread);
        unheard = new(options.Folder);
        silence = new(options.Silence);
        heard = new(channel, silence);
        home = new(heard, thread, options.Time, unheard, options.Refused);
        claim = channel is HttpChannel remote ? new(remote.Server, options.Name) : null;
    }

    /// <summary>
    /// Whether nobody else on this machine is the worker of this name at this server: <see cref="Run"/> opens no session before, because it would speak for attempts that the other executes. From
    /// the first time that it is true until <see cref="Run"/> has ended, and nothing executes, nobody else is. Over a channel that is no <see cref="HttpChannel"/> it is always true.
    /// </summary>
    public bool IsAlone => claim?.IsHeld() is not false;

    /// <summary>Registers what executes a kind; before <see cref="Run"/>.</summary>
    public ReinWorker Handle(string kind, StepHandler handler)
    {
        handlers.Add(kind, handler);
        return this;
    }

    /// <summary>Waits until it <see cref="IsAlone"/>, then works until told to stop, one session after the other. Then it takes nothing more and hands back what it holds.</summary>
    /// <exception cref="ReinException">The server refuses a session for good; <c>worker_name_taken</c>: another process, of another machine, has taken its name. It may be run again; code that has outlasted its stop executes still, and is accounted for then.</exception>
    /// <param name="opened">Called with each session that was opened.</param>
    /// <param name="stopTaking">Fires when the worker is to shut down.</param>
    public async Task Run(Action<SessionOpened>? opened, CancellationToken stopTaking)
    {
        using var over = new CancellationTokenSource();
        Interlocked.Increment(ref lives);
        _ = thread.Run(() => silence.Watch(home, over.Token));
        try
        {
            await Sessions(opened, stopTaking);
        }
        finally
        {
            await over.CancelAsync();
            unheard.Keep(home.Held);
            unheard.Write([]);
            home.ForgetFound();
            _ = LetGoOfName();
        }
    }

    /// <summary>Code that ignores its stop executes still, under this name.</summary>
    async Task LetGoOfName()
    {
        await home.UntilAtMost(0, CancellationToken.None);
        if (Interlocked.Decrement(ref lives) == 0)
            claim?.Dispose();
    }

    /// <summary>Not told: the system says nothing when a name is let go of.</summary>
    async Task UntilAlone(CancellationToken stopTaking)
    {
        while (!stopTaking.IsCancellationRequested && !IsAlone)
            await Task.Delay(LookForName, options.Time, stopTaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task Sessions(Action<SessionOpened>? opened, CancellationToken stopTaking)
    {
        await UntilAlone(stopTaking);
        if (!stopTaking.IsCancellationRequested)
            unheard.Read();
        while (!stopTaking.IsCancellationRequested)
        {
            // Code of a former session that has not returned takes its place of the next one's.
            await home.UntilAtMost(options.Capacity - 1, stopTaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopTaking.IsCancellationRequested)
                return;
            var capacity = Math.Max(1, options.Capacity - home.HeldCount);
            if (await Open(capacity, stopTaking) is not { } session)
                return;
            opened?.Invoke(session);
            await new WorkerSession(heard, options, home, handlers, session, capacity).Run(stopTaking);
        }
    }

    /// <returns>Null where the worker shuts down before a server has answered.</returns>
    async Task<SessionOpened?> Open(int capacity, CancellationToken stopTaking)
    {
        try
        {
            var opened = await heard.Open(new(options.Name, options.Pool, [.. handlers.Keys], capacity, options.Version) { Previous = previous }, stopTaking);
            previous = opened.Session;
            return opened;
        }
        catch (OperationCanceledException) when (stopTaking.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends the ladders' thread.</summary>
    public void Dispose()
    {
        thread.Dispose();
        if (Volatile.Read(ref lives) == 0)
            claim?.Dispose();
    }
}
