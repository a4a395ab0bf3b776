using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

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
    StopLadder? ladder;
    ITimer? timeout;
    int reported;

    public RunningAttempt(AssignFrame frame, StepHandler handler, AttemptHome home)
    {
        (this.frame, this.handler, this.home) = (frame, handler, home);
        if (frame.TimeoutMs is { } ms)
            timeout = home.Time.CreateTimer(_ => TimeIsUp(), null, TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
    }

    public AttemptRef Attempt => frame.Attempt;

    public StopNotice? Notice { get; private set; }

    /// <summary>It is handed back instead of ended: the worker shuts down.</summary>
    bool IsReturning => Notice is { Origin: StopNotices.Shutdown };

    public void Start() => _ = Task.Run(Execute);

    /// <summary>Ask, then kill when the time has passed; at once and without asking when there is none. Repeated, the time only gets shorter.</summary>
    public void Stop(StopNotice notice, TimeSpan killIn)
    {
        StopLadder climbing;
        lock (gate)
        {
            // A server's wish outranks the worker's own shutdown: it is answered as ended, not handed back.
            if (Notice is null || IsReturning)
                Notice = notice;
            if (Volatile.Read(ref reported) == 1)
                return;
            climbing = Ladder_NeedsLock();
        }
        if (killIn > TimeSpan.Zero)
            climbing.Climb(killIn);
        else
            climbing.Force();
    }

    public bool Hold(IStoppable thing)
    {
        lock (gate)
            return Ladder_NeedsLock().Hold(thing);
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
        var context = new RunContext(this, frame, home.Outbox);
        var result = await Handle(context);
        returned.SetResult();
        var proof = await Sweep();
        await context.Flushed();
        Report(result, proof);
        Dispose();
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

    void Heard()
    {
        if (!IsReturning)
            home.Outbox.Add(new HeardReport(Attempt));
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
        return Proofs.AfterReturn(await climbing.Gone);
    }

    void Report(StepResult result, AttemptProof proof)
    {
        lock (gate)
            if (Interlocked.Exchange(ref reported, 1) == 1)
            {
                // The ladder had given up on this code; now it has returned after all.
                home.Outbox.Add(new ProveReport(Attempt, proof), _ => home.Over(this));
                return;
            }
        Add(IsReturning ? new ReturnedReport(Attempt, proof) : Ended(result, proof));
    }

    EndedReport Ended(StepResult result, AttemptProof proof) =>
        new(Attempt, result.IsSuccess ? AttemptOutcome.Succeeded : Outcome(), proof) { Result = result.Json, Error = result.Error };

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
        if (result.Residuals.Count == 0 || returned.Task.IsCompleted)
            return;
        lock (gate)
            if (Interlocked.Exchange(ref reported, 1) == 1)
                return;
        home.Outbox.Add(new EndedReport(Attempt, Outcome(), Proofs.Of(result)) { Error = "its code did not return" });
    }

    void Add(Report report) => home.Outbox.Add(report, _ => home.Over(this));

    public void Dispose()
    {
        timeout?.Dispose();
        timeout = null;
        stop.Dispose();
    }
}

/// <summary>What the attempts of one session share.</summary>
sealed record AttemptHome(Outbox Outbox, StopThread Thread, TimeProvider Time, Action<RunningAttempt> Over);

static class StopNotices
{
    public const string Timeout = "timeout";
    public const string Shutdown = "shutdown";
}

static class Proofs
{
    /// <summary>The ladder's last word may be that the code had not returned. It has since, so that is not left any more.</summary>
    public static AttemptProof AfterReturn(LadderResult result)
    {
        var left = result.Residuals.Where(residual => residual.Kind != StoppableHandler.Handler).ToArray();
        var proof = Of(result) with { Residuals = left };
        return left.Length == 0 && result.Residuals.Count > 0 ? proof with { Rung = Rung.Asked } : proof;
    }

    public static AttemptProof Of(LadderResult result) => new(result.Rung, result.ExitCode, result.Containment, result.Residuals);
}
