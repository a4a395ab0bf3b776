using System.Collections.Concurrent;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker.Attempts;

/// <summary>A worker's side of one session: three loops (frames, reports, heartbeats) around the attempts it holds.</summary>
sealed class WorkerSession
{
    static readonly TimeSpan ReturnGrace = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<AttemptRef, RunningAttempt> held = new();
    readonly ConcurrentDictionary<AttemptRef, bool> earlyStops = new();
    readonly IReadOnlyDictionary<string, StepHandler> handlers;
    readonly IWorkerChannel channel;
    readonly WorkerOptions options;
    readonly SessionOpened session;
    readonly Outbox outbox;
    readonly AttemptHome home;
    volatile TaskCompletionSource? drained;

    public WorkerSession(
        IWorkerChannel channel, WorkerOptions options, StopThread thread, IReadOnlyDictionary<string, StepHandler> handlers, SessionOpened session)
    {
        (this.channel, this.options, this.handlers, this.session) = (channel, options, handlers, session);
        outbox = new(channel, options.Time);
        home = new(outbox, thread, options.Time, Over);
    }

    /// <summary>Ends when the worker shuts down and has handed everything back, or when the server says that the session is over.</summary>
    public async Task Run(CancellationToken stopTaking)
    {
        using var stopDoing = new CancellationTokenSource();
        foreach (var attempt in session.Former)
            outbox.Add(new ProveReport(attempt, options.ProveFormer(attempt)));
        var reports = outbox.Run(session.Session, stopDoing.Token);
        var beats = Beat(stopDoing.Token);
        var frames = TakeFrames(stopTaking);
        await Task.WhenAny(frames, beats);
        await HandBack(sessionIsOver: beats.IsCompleted);
        outbox.Complete();
        await reports;
        await stopDoing.CancelAsync();
        await beats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopTaking.IsCancellationRequested)
            await channel.Close(session.Session, CancellationToken.None);
    }

    async Task TakeFrames(CancellationToken stopTaking)
    {
        try
        {
            await foreach (var frame in channel.Commands(session.Session, stopTaking))
                Take(frame);
        }
        catch (OperationCanceledException) when (stopTaking.IsCancellationRequested)
        {
            // The worker shuts down.
        }
    }

    void Take(CommandFrame frame)
    {
        switch (frame)
        {
            case AssignFrame assign: Begin(assign); break;
            case StopFrame stop: Stop(stop); break;
            case DrainFrame: break;
        }
    }

    void Begin(AssignFrame frame)
    {
        if (earlyStops.TryRemove(frame.Attempt, out _) || !handlers.TryGetValue(frame.Kind, out var handler))
        {
            outbox.Add(new EndedReport(frame.Attempt, AttemptOutcome.NotStarted, AttemptProof.Clean));
            return;
        }
        var attempt = new RunningAttempt(frame, handler, home);
        if (held.TryAdd(frame.Attempt, attempt))
            attempt.Start();
        else
            attempt.Dispose();
    }

    void Stop(StopFrame frame)
    {
        if (held.TryGetValue(frame.Attempt, out var attempt))
            attempt.Stop(new(frame.Origin, frame.Reason), TimeSpan.FromMilliseconds(frame.KillInMs));
        else
            earlyStops[frame.Attempt] = true;
    }

    async Task Beat(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(session.HeartbeatMs), options.Time);
        while (await timer.WaitForNextTickAsync(stop))
            try
            {
                var answer = await channel.Beat(session.Session, new([.. held.Keys]), stop);
                if (!answer.IsOpen)
                    return;
                foreach (var frame in answer.Outstanding)
                    Take(frame);
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                // The server is away: the next beat asks again.
            }
    }

    /// <summary>What the server has given up is killed; what it still counts on is asked to end and handed back.</summary>
    async Task HandBack(bool sessionIsOver)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        drained = gone;
        foreach (var attempt in held.Values)
            attempt.Stop(new(StopNotices.Shutdown, "the worker shuts down"), sessionIsOver ? TimeSpan.Zero : ReturnGrace);
        if (!held.IsEmpty)
            await gone.Task.WaitAsync(2 * ReturnGrace, options.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Over(RunningAttempt attempt)
    {
        held.TryRemove(attempt.Attempt, out _);
        if (held.IsEmpty)
            drained?.TrySetResult();
    }
}
