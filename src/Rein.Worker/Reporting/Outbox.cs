using System.Threading.Channels;
using Rein.Protocol;
using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>
/// Sends a worker's reports, in order per attempt, and repeats them until they are answered. One batch is under way at a time: what gathers
/// meanwhile is the next one, behind what is to be said again; and behind that the reports of its attempt go one at a time, so that none is taken before it. A batch that is
/// refused for good is parted until what is refused stands alone.
/// </summary>
sealed class Outbox(IWorkerChannel channel, TimeProvider time, Action<Report, ReinException>? refusedForGood = null)
{
    const int MostAtOnce = 2048;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestRetry = TimeSpan.FromMilliseconds(400);

    readonly Channel<object> waiting = Channel.CreateUnbounded<object>(new() { SingleReader = true });

    /// <summary>To be said again, and what is behind that: in order per attempt, and before anything that waits.</summary>
    List<Single> again = [];

    /// <summary>Takes a report; <paramref name="answered"/> is called once, when the server has answered.</summary>
    /// <returns>False: it is complete, and the report was not taken.</returns>
    public bool Add(Report report, Action<ReportAnswer>? answered = null) => waiting.Writer.TryWrite(new Single(report, answered, time.GetTimestamp()));

    public void Add(IReportSource source)
    {
        // Its session is over, so is its attempt: nobody may wait for it.
        if (!waiting.Writer.TryWrite(source))
            source.Fence();
    }

    /// <summary>No more is added: <see cref="Run"/> ends when the last report has been answered.</summary>
    public void Complete() => waiting.Writer.TryComplete();

    public async Task Run(Guid session, CancellationToken stop)
    {
        var batch = new List<(Report Report, object From)>();
        try
        {
            await SendAll(session, batch, stop);
        }
        finally
        {
            // Where it was broken off, nobody may wait for what is left.
            foreach (var (_, from) in batch)
                (from as IReportSource)?.Fence();
            while (waiting.Reader.TryRead(out var left))
                (left as IReportSource)?.Fence();
        }
    }

    async Task SendAll(Guid session, List<(Report Report, object From)> batch, CancellationToken stop)
    {
        var retry = FirstPause;
        while (again.Count > 0 || await waiting.Reader.WaitToReadAsync(stop))
        {
            Fill(batch);
            if (batch.Count == 0)
                continue;
            var answers = await Send(session, batch, stop);
            Deliver(batch, answers);
            batch.Clear();
            // What the server could not commit is said again, but not as fast as it can be said; slower still where it could commit nothing.
            if (answers.Any(answer => answer.Status is ReportStatus.Retry))
                await Task.Delay(retry, time, stop);
            retry = !answers.All(answer => answer.Status is ReportStatus.Retry) ? FirstPause : retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    void Fill(List<(Report, object)> batch)
    {
        var (lines, later) = (new HashSet<AttemptRef>(), new List<Single>());
        foreach (var single in again)
            if (batch.Count < MostAtOnce && lines.Add(single.Report.Attempt))
                batch.Add((single.Report, single));
            else
                later.Add(single);
        while (batch.Count < MostAtOnce && waiting.Reader.TryRead(out var next))
            if (next is Single single && lines.Contains(single.Report.Attempt))
                later.Add(single);
            else if (next is Single other)
                batch.Add((other.Report, other));
            else if (((IReportSource)next).Next() is { } report)
                batch.Add((report, next));
        again = later;
    }

    async Task<IReadOnlyList<ReportAnswer>> Send(Guid session, IReadOnlyList<(Report Report, object From)> batch, CancellationToken stop)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                return await channel.Report(session, [.. batch.Select(AsOfNow)], stop);
            }
            catch (ReinException refused) when (refused.Status is 400 or 413 or 422)
            {
                return await Part(session, batch, refused, stop);
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                // Not known to be durable: said again. Every report may be repeated.
            }
            await Task.Delay(pause, time, stop);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>The halves, in their order; one that is alone is told of, and said once more without what it can do without.</summary>
    async Task<IReadOnlyList<ReportAnswer>> Part(Guid session, IReadOnlyList<(Report Report, object From)> batch, ReinException refused, CancellationToken stop)
    {
        if (batch.Count > 1)
        {
            var half = batch.Count / 2;
            var first = await Send(session, [.. batch.Take(half)], stop);
            return [.. first, .. await Send(session, [.. batch.Skip(half)], stop)];
        }
        var (report, from) = batch[0];
        refusedForGood?.Invoke(report, refused);
        return Bounds.Bare(report) is { } bare ? await Send(session, [(bare, from)], stop) : [new(ReportStatus.Refused)];
    }

    /// <summary>What was heard, or began, did so before the report was made, however long that waited here, and however often it was sent in vain.</summary>
    Report AsOfNow((Report Report, object From) entry) => entry.From is Single single ? entry.Report.Later(time.GetElapsedTime(single.Since)) : entry.Report;

    void Deliver(List<(Report Report, object From)> batch, IReadOnlyList<ReportAnswer> answers)
    {
        var retried = new List<Single>();
        for (var i = 0; i < batch.Count; i++)
            if (batch[i].From is IReportSource source)
            {
                source.Take(answers[i]);
                // Whatever gathered meanwhile, or was not taken, goes to the end of the line.
                Add(source);
            }
            else if (answers[i].Status is ReportStatus.Retry)
                retried.Add((Single)batch[i].From);
            else
                ((Single)batch[i].From).Answered?.Invoke(answers[i]);
        if (retried.Count > 0)
            again = [.. retried, .. again];
    }

    sealed record Single(Report Report, Action<ReportAnswer>? Answered, long Since);
}
