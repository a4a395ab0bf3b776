using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>A worker's side of one session: three loops (frames, reports, heartbeats) around the attempts it holds.</summary>
sealed class WorkerSession
{
    static readonly TimeSpan ReturnGrace = TimeSpan.FromSeconds(5);

    readonly IReadOnlyDictionary<string, StepHandler> handlers;
    readonly IWorkerChannel channel;
    readonly WorkerOptions options;
    readonly SessionOpened session;
    readonly AttemptHome home;
    readonly SaidToHold said = new();
    readonly Draining draining;
    readonly HashSet<AttemptRef> proved = [];

    /// <summary>What the server counts with: as opened, then as the last heartbeat said.</summary>
    int capacity;

    public WorkerSession(
        IWorkerChannel channel, WorkerOptions options, AttemptHome home, IReadOnlyDictionary<string, StepHandler> handlers, SessionOpened session, int capacity)
    {
        (this.channel, this.options, this.home, this.handlers, this.session, this.capacity) = (channel, options, home, handlers, session, capacity);
        draining = new(home, ReturnGrace);
    }

    /// <summary>Ends when the worker shuts down and has handed everything back, or when the server says that the session is over.</summary>
    public async Task Run(CancellationToken stopTaking)
    {
        using var stopDoing = new CancellationTokenSource();
        ProveFormer(session.Former);
        var reports = home.Outbox.Run(session.Session, stopDoing.Token);
        var beats = Beat(stopDoing.Token);
        // Where they are posted, or on the ladders' thread: code that blocks every thread of the pool keeps no stop from arriving.
        var frames = channel.IsInProcess ? TakeFrames(stopTaking) : home.Thread.Run(() => TakeFrames(stopTaking));
        await Task.WhenAny(frames, beats);
        // Not on the thread that posted the last one.
        await Task.Yield();
        draining.Over();
        if (stopTaking.IsCancellationRequested && !beats.IsCompleted)
            await HandBack();
        else
            await GiveUp();
        await Told(reports, stopTaking);
        await stopDoing.CancelAsync();
        await reports.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await beats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopTaking.IsCancellationRequested)
            await Close();
    }

    /// <summary>Where nobody answers, the lease runs out.</summary>
    async Task Close()
    {
        using var patience = new CancellationTokenSource(ReturnGrace, options.Time);
        try
        {
            await channel.Close(session.Session, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The server is away.
        }
    }

    /// <summary>A shutdown does not wait for ever for a server that answers nothing, or a store that takes nothing: the next life proves what this one could not say, as it was found where a folder keeps it.</summary>
    async Task Told(Task reports, CancellationToken stopTaking)
    {
        try
        {
            await (stopTaking.IsCancellationRequested ? reports.WaitAsync(2 * ReturnGrace, options.Time, CancellationToken.None) : reports);
        }
        catch (TimeoutException)
        {
            // Nobody has heard it.
        }
    }

    /// <returns>How many it took.</returns>
    async Task<int> TakeFrames(CancellationToken stopTaking)
    {
        var taken = 0;
        try
        {
            await foreach (var frame in channel.Commands(session.Session, stopTaking))
            {
                Take(frame);
                taken++;
            }
        }
        catch (OperationCanceledException) when (stopTaking.IsCancellationRequested)
        {
            // The worker shuts down.
        }
        return taken;
    }

    void Take(CommandFrame frame)
    {
        switch (frame)
        {
            case AssignFrame assign: Begin(assign); break;
            case StopFrame stop: Stop(stop); break;
            case DrainFrame drain: draining.Hear(drain); break;
        }
    }

    void Begin(AssignFrame frame)
    {
        if (home.TakeEarlyStop(frame.Attempt) || !handlers.TryGetValue(frame.Kind, out var handler))
        {
            home.Send(new EndedReport(frame.Attempt, AttemptOutcome.NotStarted, AttemptProof.Clean));
            return;
        }
        var attempt = new RunningAttempt(frame, handler, home);
        if (home.TryAdd(attempt))
            attempt.Start();
        else
            attempt.Dispose();
    }

    void Stop(StopFrame frame)
    {
        if (home.Find(frame.Attempt) is { } attempt)
            attempt.Stop(new(frame.Origin, frame.Reason), TimeSpan.FromMilliseconds(frame.KillInMs));
        else
            home.KeepEarlyStop(frame.Attempt);
    }

    async Task Beat(CancellationToken stop)
    {
        // A wait that is cancelled is told with where it was called from, and that reads the symbols of the whole program.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(session.HeartbeatMs), options.Time);
        using var end = stop.UnsafeRegister(state => ((PeriodicTimer)state!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
            try
            {
                if (!await BeatOnce(stop))
                    return;
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                // The server is away: the next beat asks again.
            }
    }

    /// <summary>A digest first: it is as long for ten thousand attempts as for one. The list only where the server asks for it.</summary>
    async Task<bool> BeatOnce(CancellationToken stop)
    {
        var held = home.HeldBySession();
        // Code that has outlasted its session and returned gives its place back.
        var places = Math.Max(1, options.Capacity - home.LeftCount());
        var answer = await channel.Beat(session.Session, new(null, said.DigestOf(held)) { Capacity = places == capacity ? null : places }, stop);
        if (answer.IsOpen)
            capacity = places;
        if (answer is { IsOpen: true, SendHeld: true })
        {
            foreach (var frame in answer.Outstanding)
                Take(frame);
            held = home.HeldBySession();
            answer = await channel.Beat(session.Session, new(held), stop);
        }
        if (!answer.IsOpen)
            return false;
        said.Say(held);
        draining.Beaten(answer.Outstanding);
        foreach (var frame in answer.Outstanding)
            Take(frame);
        ProveFormer(answer.Former);
        return true;
    }

    /// <summary>
    /// Heartbeats ask again until it is heard, and it is said once. What this life has found itself comes first; what it knows nothing of has never arrived, or is a former life's. What is
    /// proved is not begun any more, should its assign come after all.
    /// </summary>
    void ProveFormer(IEnumerable<AttemptRef> former)
    {
        foreach (var attempt in former)
        {
            var found = home.Unheard.Find(attempt);
            if ((found is null && home.Holds(attempt)) || !proved.Add(attempt))
                continue;
            home.BeginNever(attempt);
            var proof = found ?? options.ProveFormer(attempt);
            home.Send(new ProveReport(attempt, proof), answer =>
            {
                if (answer.Status is ReportStatus.Accepted)
                    home.Unheard.Heard(attempt, proof);
            });
        }
    }

    /// <summary>What the server still counts on may finish for a while, then it is asked to end and handed back. What is not in the list, and was on its way here, never begins.</summary>
    async Task HandBack()
    {
        await UntilNothingIsHeld(options.FinishWithin);
        foreach (var attempt in home.Held)
            attempt.Stop(new(StopNotices.Shutdown, "the worker shuts down"), ReturnGrace);
        await UntilNothingIsHeld(2 * ReturnGrace);
        // Before anything that waits for a server which may be away: whoever shuts the worker down may not wait as long.
        home.Unheard.Write(home.Held);
        await SayWhatIsLeft().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        home.EndSession();
    }

    async Task SayWhatIsLeft()
    {
        using var patience = new CancellationTokenSource(ReturnGrace, options.Time);
        await channel.Beat(session.Session, new(home.HeldBySession()), patience.Token);
    }

    /// <summary>The session is over, and nothing is this worker's own any more: it is killed, and proved through the next session.</summary>
    async Task GiveUp()
    {
        home.EndSession();
        foreach (var attempt in home.Held)
            attempt.Stop(new(StopNotices.Shutdown, "the worker's session is over"), TimeSpan.Zero);
        await UntilNothingIsHeld(2 * ReturnGrace);
    }

    async Task UntilNothingIsHeld(TimeSpan atMost)
    {
        using var patience = new CancellationTokenSource(atMost, options.Time);
        await home.UntilAtMost(0, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
