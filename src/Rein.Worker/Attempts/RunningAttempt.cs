using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Resources;

namespace Rein.Worker.Attempts;

/// <summary>
/// One attempt, from its assign to its one report. The handler runs on the pool; the ladder, which is made only when something is held or asked,
/// lives outside of it. Whichever comes first reports: the handler's end, swept, or a ladder that had to give up on it.
/// </summary>
sealed class RunningAttempt : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly TaskCompletionSource returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    readonly AssignFrame frame;
    readonly StepHandler handler;
    readonly AttemptHome home;
    readonly SecretMask? mask;
    RunContext? context;
    StopLadder? ladder;
    ITimer? timeout;
    readonly long assigned;
    long began;
    long killAt = long.MaxValue;
    int sheltered;
    bool told;
    bool heard;
    int reported;

    /// <summary>In seconds: longer than any grace.</summary>
    const double LongestGrace = 1e9;

    /// <summary>How long the store may hold back the rows of a handler whose process is gone before it counts as deaf.</summary>
    static readonly TimeSpan RowsPatience = TimeSpan.FromSeconds(30);

    public RunningAttempt(AssignFrame frame, StepHandler handler, AttemptHome home)
    {
        (this.frame, this.handler, this.home, mask) = (frame, handler, home, SecretMask.Of(frame.Secrets));
        assigned = home.Time.GetTimestamp();
        if (frame.TimeoutMs is { } ms)
            timeout = home.Time.CreateTimer(_ => TimeIsUp(), null, TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
    }

    public AttemptRef Attempt => frame.Attempt;

    /// <summary>A server's wish takes the place of the worker's own: it is answered as ended, not handed back, and said to be heard.</summary>
    public StopNotice? Notice { get; private set; }

    /// <summary>Its session is over, and it executes still.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>How it ended, where that is known; the server may not have heard it yet.</summary>
    public AttemptProof? Found { get; private set; }

    /// <summary>It is handed back instead of ended: the worker shuts down, or has heard nothing of its server for too long.</summary>
    bool IsReturning => Notice is { Origin: StopNotices.Shutdown or StopNotices.Silence };

    /// <summary>Somebody on the server wants it to end.</summary>
    bool IsWished => Notice is { } notice && IsWish(notice);

    static bool IsWish(StopNotice notice) => notice.Origin is not (StopNotices.Shutdown or StopNotices.Silence or StopNotices.Timeout);

    public void Start() => _ = Task.Run(Execute);

    /// <summary>Ask, then kill when the time has passed; at once and without asking when there is none. Repeated, the time only gets shorter.</summary>
    public void Stop(StopNotice notice, TimeSpan killIn)
    {
        lock (gate)
        {
            killAt = Math.Min(killAt, home.Time.GetTimestamp() + (long)(Math.Min(killIn.TotalSeconds, LongestGrace) * home.Time.TimestampFrequency));
            if (Notice is null || IsReturning || (IsWish(notice) && !IsWished))
                Notice = notice with { Left = GraceLeft };
            if (Volatile.Read(ref reported) == 1)
                return;
            SayHeard_NeedsLock();
            var climbing = Ladder_NeedsLock();
            // Under the lock: a section that ends in between would not find the question that waits for it.
            if (killIn > TimeSpan.Zero)
                climbing.Climb(killIn, askLater: sheltered > 0);
            else
                climbing.Force();
        }
    }

    TimeSpan GraceLeft() => Positive(home.Time.GetElapsedTime(home.Time.GetTimestamp(), Volatile.Read(ref killAt)));

    static TimeSpan Positive(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Without any answer of the server: the same as a stop, with the grace that the attempt has for its own timeout.</summary>
    public void StopForSilence(TimeSpan silence) => Stop(
        new(StopNotices.Silence, $"the server has not answered for {silence.TotalSeconds:0} s"), TimeSpan.FromMilliseconds(Math.Max(1, frame.GraceMs)));

    /// <summary>A question that comes from now on waits.</summary>
    public void Shelter()
    {
        lock (gate)
            sheltered++;
    }

    /// <summary>After the last one, what has waited is asked.</summary>
    public void Unshelter()
    {
        lock (gate)
            if (--sheltered == 0)
                ladder?.AskNow();
    }

    /// <summary>Until the step's time is up or the run's, whichever comes first; null where neither is bounded.</summary>
    public TimeSpan? TimeLeft => (frame.TimeoutMs, frame.DeadlineMs) switch
    {
        (null, null) => null,
        var (timeout, deadline) => Positive(
            TimeSpan.FromMilliseconds(Math.Min(timeout ?? double.MaxValue, deadline ?? double.MaxValue)) - home.Time.GetElapsedTime(assigned)),
    };

    public bool Register(Resource resource) => Hold(new HeldResource(resource, home.Thread, home.Time));

    /// <summary>Outside of the lock: a thing that is asked or killed at once may take its time, and whoever brings a stop waits for nobody.</summary>
    public bool Hold(IStoppable thing)
    {
        StopLadder climbing;
        lock (gate)
            climbing = Ladder_NeedsLock();
        return climbing.Hold(thing);
    }

    /// <summary>Its session is over: from here on only its proof counts, in whichever session it comes.</summary>
    public void Leave()
    {
        lock (gate)
            IsLeft = true;
    }

    void TimeIsUp() => Stop(new(StopNotices.Timeout, "the step's time was up"), TimeSpan.FromMilliseconds(Math.Max(1, frame.GraceMs)));

    StopLadder Ladder_NeedsLock()
    {
        if (ladder is null)
        {
            ladder = new(home.Thread, home.Time);
            ladder.Hold(new StoppableHandler($"{frame.Attempt.Step}@{frame.Attempt.Fence}", stop, returned.Task, home.Thread));
            _ = GiveUpWhenGone(ladder);
        }
        return ladder;
    }

    async Task Execute()
    {
        stop.Token.UnsafeRegister(static self => ((RunningAttempt)self!).Heard(), this);
        context = new RunContext(this, frame, mask, home.Outbox, stop.Token);
        began = home.Time.GetTimestamp();
        var result = (await Handle(context)).Without(mask);
        if (stop.IsCancellationRequested)
            Heard();
        lock (gate)
            returned.SetResult();
        var proof = await Sweep();
        await context.Flushed();
        Report(context.IsRefused && result.IsSuccess ? StepResult.Failure("the server refused a row of its items or of its log") : result, proof);
        Dispose();
        if (proof.Residuals.Count > 0)
            Prove(Proofs.Of(await ladder!.Cleared()));
    }

    async Task<StepResult> Handle(RunContext context)
    {
        try
        {
            return await handler(context, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return StepResult.Failure("it was stopped");
        }
        catch (Exception failed)
        {
            return StepResult.Failure(failed.Message);
        }
    }

    /// <summary>The code was told, by whoever it was.</summary>
    void Heard()
    {
        lock (gate)
        {
            told = true;
            SayHeard_NeedsLock();
        }
    }

    /// <summary>
    /// What is reported as heard is a server's wish alone, once: code that was told before, because its time was up, hears it the moment it comes. Code
    /// that has returned hears nothing more.
    /// </summary>
    void SayHeard_NeedsLock()
    {
        if (heard || !told || !IsWished || returned.Task.IsCompleted)
            return;
        heard = true;
        home.Send(new HeardReport(Attempt));
    }

    /// <summary>Nothing outlives its attempt: what is still held when the handler has returned is killed, and the rung says so.</summary>
    async Task<AttemptProof> Sweep()
    {
        StopLadder? climbing;
        lock (gate)
            climbing = ladder;
        if (climbing is null)
            return AttemptProof.Clean;
        climbing.Force();
        var result = await climbing.Gone;
        // A ladder that gave up on the code was right then; the code has returned since.
        return Proofs.Of(result.Residuals.All(left => left.Kind == StoppableHandler.Residual) ? await climbing.Cleared() : result.WithoutHandler());
    }

    void Report(StepResult result, AttemptProof proof)
    {
        bool isLate;
        lock (gate)
            isLate = Interlocked.Exchange(ref reported, 1) == 1 || IsLeft;
        if (isLate)
            // The ladder had given up on this code, or its session has; now it has returned after all.
            Prove(proof);
        else
            Send(IsReturning && !result.IsSuccess ? new ReturnedReport(Attempt, proof) : Ended(result, proof), proof);
    }

    void Prove(AttemptProof proof)
    {
        Send(new ProveReport(Attempt, proof), proof);
        // A next session may wait for this place before it can take the report.
        if (IsLeft && proof.Residuals.Count == 0)
            home.Over(this);
    }

    /// <summary>
    /// Its place is free when the server knows that nothing is left. Whose session was over meanwhile is not heard any more: what was found is kept for the next one, before the
    /// attempt is forgotten, so that nobody is asked in between who knows less.
    /// </summary>
    void Send(Report report, AttemptProof proof)
    {
        Found = proof;
        home.Send(report, answer =>
        {
            if (answer.Status is ReportStatus.Unknown)
                home.Unheard.Keep(Attempt, proof);
            if (proof.Residuals.Count == 0)
                home.Over(this);
        });
    }

    EndedReport Ended(StepResult result, AttemptProof proof) =>
        new(Attempt, result.IsSuccess ? AttemptOutcome.Succeeded : Outcome(), proof)
        {
            Result = result.Json, Error = result.Error, BeganAgoMs = home.Time.GetElapsedTime(began).TotalMilliseconds,
        };

    AttemptOutcome Outcome() => Notice switch
    {
        null => AttemptOutcome.Failed,
        { Origin: StopNotices.Timeout } => AttemptOutcome.TimedOut,
        _ => AttemptOutcome.Stopped,
    };

    /// <summary>Code that ignores its stop cannot be killed inside the worker. It is said so, and its place stays taken until it returns.</summary>
    async Task GiveUpWhenGone(StopLadder climbing)
    {
        var result = await climbing.Gone;
        if (result.Residuals.Count == 0)
            return;
        await WhileHeldBack();
        // Its patience ran while its process was being looked for: whoever waited for that has only now a reason to return.
        if (result.Containment is not Containment.None)
            await Task.WhenAny(returned.Task, home.Thread.Pause(StoppableHandler.Patience));
        if (returned.Task.IsCompleted)
            return;
        lock (gate)
            if (IsLeft || Interlocked.Exchange(ref reported, 1) == 1)
                return;
        var proof = Proofs.Of(result);
        Send(IsReturning ? new ReturnedReport(Attempt, proof) : new EndedReport(Attempt, Outcome(), proof) { Error = "its code did not return" }, proof);
    }

    /// <summary>A handler that waits until the store has taken its rows is not deaf.</summary>
    async Task WhileHeldBack()
    {
        var since = home.Time.GetTimestamp();
        while (!returned.Task.IsCompleted && context is { IsHeldBack: true } && home.Time.GetElapsedTime(since) < RowsPatience)
            await Task.WhenAny(returned.Task, home.Thread.Pause(StoppableHandler.Patience));
    }

    public void Dispose()
    {
        timeout?.Dispose();
        timeout = null;
        stop.Dispose();
    }
}

static class StopNotices
{
    public const string Timeout = "timeout";
    public const string Shutdown = "shutdown";
    public const string Silence = "silence";
}

static class Proofs
{
    public static AttemptProof Of(LadderResult result) => new(result.Rung, result.ExitCode, result.Containment, result.Residuals);
}
