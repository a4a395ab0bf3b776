using System.Collections.Concurrent;
using Rein.Protocol.Workers;
using Rein.Server.Dispatch;

namespace Rein.Server.Drills;

/// <summary>
/// How long the worker of a drill takes, without what the server itself takes before and behind it. It is known on the node that carries the session: it gives the stop to whoever reads its
/// frames, and the report comes to it.
/// </summary>
sealed class DrillWatch(CapacityBook capacity, TimeProvider time)
{
    readonly ConcurrentDictionary<Guid, WatchedDrill> watched = new();

    /// <summary>Every frame and every report asks for it: whether the dictionary is empty would cost all of its locks.</summary>
    int count;

    public WatchedDrill Watch(Guid run)
    {
        var drill = watched[run] = new(time);
        Interlocked.Increment(ref count);
        return drill;
    }

    public void Forget(Guid run)
    {
        if (watched.TryRemove(run, out _))
            Interlocked.Decrement(ref count);
    }

    bool IsWatching => Volatile.Read(ref count) > 0;

    /// <summary>Its frames are read at this node: the stop will be given to it here.</summary>
    public bool IsReadHere(Guid session) => capacity.Find(session) is { IsRead: true };

    /// <summary>A frame is given to whoever reads them.</summary>
    public void Give(CommandFrame frame)
    {
        if (IsWatching && frame is StopFrame stop && watched.TryGetValue(stop.Attempt.Run, out var drill))
            drill.Give();
    }

    /// <summary>Reports have come, and nothing was made of them yet.</summary>
    public void Take(IReadOnlyList<Report> reports)
    {
        if (!IsWatching)
            return;
        foreach (var report in reports)
            if (watched.TryGetValue(report.Attempt.Run, out var drill))
                drill.Take(report);
    }
}

/// <summary>One drill, as its node sees it.</summary>
sealed class WatchedDrill(TimeProvider time)
{
    readonly Lock gate = new();
    long? given;
    long? heard;
    long? proved;

    /// <summary>Since its worker was given the stop; null before.</summary>
    public TimeSpan? SinceGiven
    {
        get
        {
            lock (gate)
                return given is { } from ? time.GetElapsedTime(from) : null;
        }
    }

    /// <summary>From there until its code was told; null where this node has not heard so.</summary>
    public TimeSpan? Heard => UntilThe(ref heard);

    /// <summary>And until the proof came that nothing is left of it.</summary>
    public TimeSpan? Proved => UntilThe(ref proved);

    public void Give()
    {
        lock (gate)
            given ??= time.GetTimestamp();
    }

    public void Take(Report report)
    {
        lock (gate)
            if (report is HeardReport told)
                heard ??= time.GetTimestamp() - (long)(Math.Clamp(told.AgoMs, 0, 1e9) / 1000 * time.TimestampFrequency);
            else if (report is EndedReport { Proof.Residuals.Count: 0 } or ReturnedReport { Proof.Residuals.Count: 0 } or ProveReport { Proof.Residuals.Count: 0 })
                proved ??= time.GetTimestamp();
    }

    TimeSpan? UntilThe(ref long? moment)
    {
        lock (gate)
            return given is { } from && moment is { } to ? time.GetElapsedTime(from, Math.Max(from, to)) : null;
    }
}
