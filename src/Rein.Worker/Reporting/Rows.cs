using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>
/// The rows of one attempt that are not durable yet: items, or log chunks. Numbered without gaps; what gathers while a report is under way goes
/// out as the next one. At most <see cref="Bound"/> wait: a writer that is faster than the store is slowed down.
/// </summary>
sealed class Rows(AttemptRef attempt, bool isItems, Outbox outbox)
{
    const int Bound = 4096;
    const int MostAtOnce = 1000;

    readonly List<ReadOnlyMemory<byte>> waiting = [];
    readonly Lock gate = new();
    TaskCompletionSource? room;
    TaskCompletionSource? empty;
    long durable;
    bool queued;
    bool fenced;

    /// <summary>Completes when there is room for more. The row itself is taken at once.</summary>
    /// <exception cref="OperationCanceledException">The attempt is fenced: nothing it does counts any more.</exception>
    public ValueTask Add(ReadOnlyMemory<byte> row)
    {
        var mustQueue = false;
        Task? wait = null;
        lock (gate)
        {
            if (fenced)
                throw new OperationCanceledException("The attempt is fenced: nothing it does counts any more.");
            waiting.Add(row);
            mustQueue = !queued;
            queued = true;
            if (waiting.Count >= Bound)
                wait = (room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        if (mustQueue)
            outbox.Add(this);
        return wait is null ? ValueTask.CompletedTask : new(wait);
    }

    /// <summary>The next report; null when everything is durable. Called by the outbox alone, one at a time.</summary>
    public Report? Next()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                queued = false;
                empty?.TrySetResult();
                return null;
            }
            var rows = waiting.GetRange(0, Math.Min(waiting.Count, MostAtOnce));
            return isItems ? new ItemsReport(attempt, durable + 1, rows) : new LogsReport(attempt, durable + 1, rows);
        }
    }

    public void Take(ReportAnswer answer)
    {
        lock (gate)
        {
            if (answer.Status is ReportStatus.Fenced or ReportStatus.Unknown)
            {
                fenced = true;
                waiting.Clear();
            }
            else if (answer.HaveUpTo > durable)
            {
                waiting.RemoveRange(0, (int)Math.Min(waiting.Count, answer.HaveUpTo - durable));
                durable = answer.HaveUpTo;
            }
            if (waiting.Count < Bound)
            {
                room?.TrySetResult();
                room = null;
            }
        }
    }

    /// <summary>Completes when everything added so far is durable or refused.</summary>
    public Task Flushed()
    {
        lock (gate)
            return waiting.Count == 0 ? Task.CompletedTask : (empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
