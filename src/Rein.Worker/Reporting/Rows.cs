using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>
/// The rows of one attempt that are not durable yet: items, or log chunks. Numbered without gaps; what gathers while a report is under way goes
/// out as the next one. At most <see cref="Bound"/> or <see cref="BoundBytes"/> wait: a writer that is faster than the store is slowed down.
/// </summary>
sealed class Rows(AttemptRef attempt, bool isItems, Outbox outbox) : IReportSource
{
    const int Bound = 4096;
    const long BoundBytes = 16 << 20;
    const int MostAtOnce = 1000;
    const long MostBytesAtOnce = 4 << 20;

    readonly List<ReadOnlyMemory<byte>> waiting = [];
    readonly Lock gate = new();
    TaskCompletionSource? room;
    TaskCompletionSource? empty;
    long durable;
    long bytes;
    bool queued;
    bool fenced;
    bool refused;
    int mostAtOnce = MostAtOnce;
    int underWay;

    /// <summary>A row can never be taken, and none behind it: the numbers have no gaps.</summary>
    public bool IsRefused
    {
        get
        {
            lock (gate)
                return refused;
        }
    }

    /// <summary>Completes when there is room for more. The row itself is taken at once.</summary>
    /// <exception cref="OperationCanceledException">The attempt is fenced: nothing it does counts any more.</exception>
    /// <exception cref="InvalidOperationException">The server refuses a row before it.</exception>
    public ValueTask Add(ReadOnlyMemory<byte> row)
    {
        var mustQueue = false;
        Task? wait = null;
        lock (gate)
        {
            if (refused)
                throw new InvalidOperationException("The server refuses a row of it.");
            if (fenced)
                throw new OperationCanceledException("The attempt is fenced: nothing it does counts any more.");
            waiting.Add(row);
            bytes += row.Length;
            mustQueue = !queued;
            queued = true;
            if (IsFull_NeedsLock)
                wait = (room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        if (mustQueue)
            outbox.Add(this);
        return wait is null ? ValueTask.CompletedTask : new(wait);
    }

    bool IsFull_NeedsLock => waiting.Count >= Bound || bytes >= BoundBytes;

    /// <summary>Its writer waits for room.</summary>
    public bool IsHeldBack
    {
        get
        {
            lock (gate)
                return room is not null;
        }
    }

    public Report? Next()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                queued = false;
                Emptied_NeedsLock();
                return null;
            }
            underWay = CountOfNext_NeedsLock();
            var rows = waiting.GetRange(0, underWay);
            return isItems ? new ItemsReport(attempt, durable + 1, rows) : new LogsReport(attempt, durable + 1, rows);
        }
    }

    /// <summary>As many as one report carries: at least one.</summary>
    int CountOfNext_NeedsLock()
    {
        var most = Math.Min(waiting.Count, mostAtOnce);
        if (bytes <= MostBytesAtOnce)
            return most;
        var count = 1;
        for (long size = waiting[0].Length; count < most && (size += waiting[count].Length) <= MostBytesAtOnce;)
            count++;
        return count;
    }

    public void Take(ReportAnswer answer)
    {
        lock (gate)
        {
            if (answer.Status is ReportStatus.Fenced or ReportStatus.Unknown)
            {
                Fence_NeedsLock();
            }
            else if (answer.Status is ReportStatus.Refused)
            {
                Refuse_NeedsLock();
            }
            else if (answer.HaveUpTo > durable)
            {
                mostAtOnce = MostAtOnce;
                var taken = (int)Math.Min(waiting.Count, answer.HaveUpTo - durable);
                for (var i = 0; i < taken; i++)
                    bytes -= waiting[i].Length;
                waiting.RemoveRange(0, taken);
                durable = answer.HaveUpTo;
            }
            if (!IsFull_NeedsLock)
            {
                room?.TrySetResult();
                room = null;
            }
        }
    }

    /// <summary>Fewer at once, until the one that is refused stands alone.</summary>
    void Refuse_NeedsLock()
    {
        if (underWay > 1)
        {
            mostAtOnce = underWay / 2;
            return;
        }
        refused = true;
        Fence_NeedsLock();
    }

    public void Fence()
    {
        lock (gate)
        {
            Fence_NeedsLock();
            room?.TrySetResult();
            room = null;
            Emptied_NeedsLock();
        }
    }

    /// <summary>Whoever waits for it again waits for what is added later.</summary>
    void Emptied_NeedsLock()
    {
        empty?.TrySetResult();
        empty = null;
    }

    void Fence_NeedsLock()
    {
        fenced = true;
        waiting.Clear();
        bytes = 0;
    }

    /// <summary>Completes when everything added so far is durable or refused.</summary>
    public Task Flushed()
    {
        lock (gate)
            return waiting.Count == 0 ? Task.CompletedTask : (empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
