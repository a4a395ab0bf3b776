using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>
/// What an attempt says of where it is. Only the latest counts: what was overtaken while a report was under way is never sent, and is as good as durable when
/// a later one is.
/// </summary>
sealed class Latest<T>(Outbox outbox, Func<long, T, Report> reportOf) : IReportSource
{
    readonly Lock gate = new();
    TaskCompletionSource? changed;
    T? latest;
    long number;
    long underWay;
    long durable;
    long refused;
    bool queued;
    bool fenced;

    /// <returns>The number it has got; null: the attempt is fenced, and nobody takes it.</returns>
    public long? Set(T value)
    {
        bool mustQueue;
        long given;
        lock (gate)
        {
            if (fenced)
                return null;
            latest = value;
            given = ++number;
            mustQueue = !queued;
            queued = true;
        }
        if (mustQueue)
            outbox.Add(this);
        return given;
    }

    /// <summary>Completes when it, or a later one, is durable.</summary>
    /// <exception cref="OperationCanceledException">The attempt is fenced: nothing it does counts any more.</exception>
    /// <exception cref="InvalidOperationException">The server takes it never.</exception>
    public async Task UntilDurable(long given)
    {
        if (!await Until(given))
            throw new OperationCanceledException("The attempt is fenced: nothing it does counts any more.");
        lock (gate)
            if (durable < given)
                throw new InvalidOperationException("The server refuses it: it is too large there, or no JSON.");
    }

    /// <returns>False: the attempt is fenced.</returns>
    async Task<bool> Until(long given)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (fenced || Math.Max(durable, refused) >= given)
                    return !fenced;
                next = (changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await next;
        }
    }

    /// <summary>Completes when the last one is durable or refused.</summary>
    public Task Flushed()
    {
        lock (gate)
            return Until(number);
    }

    public Report? Next()
    {
        lock (gate)
        {
            if (fenced || number <= Math.Max(durable, refused))
            {
                queued = false;
                return null;
            }
            underWay = number;
            return reportOf(underWay, latest!);
        }
    }

    public void Take(ReportAnswer answer)
    {
        lock (gate)
        {
            if (answer.Status is ReportStatus.Accepted)
                durable = Math.Max(durable, underWay);
            else if (answer.Status is ReportStatus.Refused)
                refused = Math.Max(refused, underWay);
            fenced |= answer.Status is ReportStatus.Fenced or ReportStatus.Unknown;
            Wake_NeedsLock();
        }
    }

    public void Fence()
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
}
