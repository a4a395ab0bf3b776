using System.Collections.Concurrent;
using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker.Attempts;

/// <summary>What the attempts of one worker share, across its sessions: code that ignores the end of its session still occupies the worker.</summary>
sealed class AttemptHome(IWorkerChannel channel, StopThread thread, TimeProvider time, Unheard unheard, Action<Report, ReinException>? refused = null)
{
    readonly ConcurrentDictionary<AttemptRef, RunningAttempt> held = new();
    readonly RecentAttempts<Nothing> ended = new();
    readonly RecentAttempts<Nothing> earlyStops = new();
    volatile Outbox outbox = new(channel, time, refused);
    volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StopThread Thread => thread;

    public TimeProvider Time => time;

    /// <summary>The current session's; between two sessions, the next one's.</summary>
    public Outbox Outbox => outbox;

    public ICollection<RunningAttempt> Held => held.Values;

    public int HeldCount => held.Count;

    /// <summary>Without those of sessions that are over.</summary>
    public IReadOnlyList<AttemptRef> HeldBySession() => [.. held.Values.Where(one => !one.IsLeft).Select(one => one.Attempt)];

    /// <summary>Those of sessions that are over, whose code has not returned.</summary>
    public int LeftCount() => held.Values.Count(one => one.IsLeft);

    /// <summary>False: it is held, or it has ended here. No attempt is begun twice, however often it is assigned.</summary>
    public bool TryAdd(RunningAttempt attempt)
    {
        if (!held.TryAdd(attempt.Attempt, attempt))
            return false;
        if (!ended.Contains(attempt.Attempt))
            return true;
        held.TryRemove(attempt.Attempt, out _);
        return false;
    }

    /// <summary>How attempts ended whose session was over before anybody had heard it.</summary>
    public Unheard Unheard => unheard;

    public bool Holds(AttemptRef attempt) => held.ContainsKey(attempt);

    public RunningAttempt? Find(AttemptRef attempt) => held.GetValueOrDefault(attempt);

    public void BeginNever(AttemptRef attempt) => ended.Keep(attempt, default);

    public void KeepEarlyStop(AttemptRef attempt)
    {
        if (!ended.Contains(attempt))
            earlyStops.Keep(attempt, default);
    }

    public bool TakeEarlyStop(AttemptRef attempt) => earlyStops.Remove(attempt);

    public void Send(Report report, Action<ReportAnswer>? answered = null)
    {
        report = Bounds.Within(report);
        // The outbox is exchanged before it is completed, so the second look finds the next one.
        while (!outbox.Add(report, answered)) { }
    }

    /// <summary>Nothing of it is left. It is remembered before it is forgotten, so that an assign in between is not begun.</summary>
    public void Over(RunningAttempt attempt)
    {
        ended.Keep(attempt.Attempt, default);
        held.TryRemove(attempt.Attempt, out _);
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>The session is over. What still executes is proved through the next one, when it returns.</summary>
    public void EndSession()
    {
        foreach (var attempt in held.Values)
            attempt.Leave();
        var former = outbox;
        outbox = new(channel, time, refused);
        former.Complete();
    }

    /// <summary>Behind a session whose reports nobody answers any more: what has ended holds no place, and what was found of it is among what nobody has heard.</summary>
    public void ForgetFound()
    {
        foreach (var attempt in held.Values)
            if (attempt.Found is { Residuals.Count: 0 })
                Over(attempt);
    }

    /// <summary>Completes when at most so many attempts are held.</summary>
    public async Task UntilAtMost(int count, CancellationToken stop)
    {
        while (true)
        {
            var next = changed;
            if (held.Count <= count)
                return;
            await next.Task.WaitAsync(stop);
        }
    }

    /// <summary>That it is there is all there is to know.</summary>
    readonly record struct Nothing;
}
