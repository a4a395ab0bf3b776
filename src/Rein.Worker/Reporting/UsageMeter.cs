using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>
/// What an attempt uses beside its time, in credits: calls that cost money, traffic, tokens. It is added to the price that the server has for the
/// kind; whoever reports everything himself sets that to 0. What is told is always the total, so that nothing is counted twice.
/// </summary>
public sealed class UsageMeter : IReportSource
{
    /// <summary>The most that one attempt may report, in credits.</summary>
    public const decimal Most = 1_000_000_000m;

    const decimal MicrosPerCredit = 1_000_000m;

    readonly AttemptRef attempt;
    readonly Outbox outbox;
    readonly CancellationToken stop;
    readonly Lock gate = new();
    TaskCompletionSource? changed;
    decimal total;
    long underWay;
    long durable;
    int waiters;
    bool queued;
    bool fenced;
    bool isStopping;

    internal UsageMeter(AttemptRef attempt, Outbox outbox, CancellationToken stop) =>
        (this.attempt, this.outbox, this.stop) = (attempt, outbox, stop);

    /// <summary>What was reported so far, durable or not, in credits.</summary>
    public decimal Total
    {
        get
        {
            lock (gate)
                return total;
        }
    }

    /// <summary>
    /// Adds to what the attempt has used. Completes when that is durable and, where it has used up the budget, when the code has been told to stop:
    /// so code that waits for it before it goes on uses at most this one amount too much.
    /// </summary>
    /// <param name="credits">At least 0; to the millionth, what is finer is carried over to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or the total becomes more than <see cref="Most"/>.</exception>
    /// <exception cref="OperationCanceledException">The attempt is fenced: nothing it does counts any more.</exception>
    public ValueTask Add(decimal credits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(credits);
        return Raise(before => before + credits);
    }

    /// <summary>The same for code that knows the total itself. One that is not above what was reported before changes nothing.</summary>
    /// <param name="credits">Since the attempt began; at least 0, at most <see cref="Most"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of these bounds.</exception>
    /// <exception cref="OperationCanceledException">The attempt is fenced: nothing it does counts any more.</exception>
    public ValueTask ReportTotal(decimal credits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(credits);
        return Raise(before => Math.Max(before, credits));
    }

    ValueTask Raise(Func<decimal, decimal> change)
    {
        long upTo;
        bool mustQueue;
        lock (gate)
        {
            if (fenced)
                throw Fenced();
            var raised = change(total);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(raised, Most, "credits");
            total = raised;
            upTo = Micros_NeedsLock;
            mustQueue = !queued && upTo > durable;
            queued |= mustQueue;
            waiters++;
        }
        if (mustQueue)
            outbox.Add(this);
        return new(UntilCounted(upTo));
    }

    async Task UntilCounted(long upTo)
    {
        try
        {
            if (!await UntilDurable(upTo))
                throw Fenced();
            if (isStopping)
                await UntilTold();
        }
        finally
        {
            lock (gate)
                waiters--;
        }
    }

    /// <returns>False: the attempt is fenced.</returns>
    async Task<bool> UntilDurable(long upTo)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (fenced || durable >= upTo)
                    return !fenced;
                next = (changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await next;
        }
    }

    /// <summary>The frame has left the server before the answer; a lost one is repaired by a heartbeat.</summary>
    Task UntilTold()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stop.UnsafeRegister(static waiting => ((TaskCompletionSource)waiting!).TrySetResult(), told);
        return told.Task;
    }

    Report? IReportSource.Next()
    {
        lock (gate)
        {
            if (fenced || Micros_NeedsLock <= durable)
            {
                queued = false;
                return null;
            }
            underWay = Micros_NeedsLock;
            return new UsageReport(attempt, underWay);
        }
    }

    void IReportSource.Take(ReportAnswer answer)
    {
        lock (gate)
        {
            if (answer.Status is ReportStatus.Accepted)
                durable = Math.Max(durable, underWay);
            fenced |= answer.Status is ReportStatus.Fenced or ReportStatus.Unknown or ReportStatus.Refused;
            isStopping |= answer.IsStopping;
            Wake_NeedsLock();
        }
    }

    void IReportSource.Fence()
    {
        lock (gate)
        {
            fenced = true;
            Wake_NeedsLock();
        }
    }

    void Wake_NeedsLock()
    {
        changed?.TrySetResult();
        changed = null;
    }

    /// <summary>Somebody waits until the server has counted it.</summary>
    internal bool IsHeldBack
    {
        get
        {
            lock (gate)
                return waiters > 0;
        }
    }

    internal Task Flushed()
    {
        long upTo;
        lock (gate)
            upTo = Micros_NeedsLock;
        return UntilDurable(upTo);
    }

    long Micros_NeedsLock => (long)(total * MicrosPerCredit);

    static OperationCanceledException Fenced() => new("The attempt is fenced: nothing it does counts any more.");
}
