using System.Diagnostics;
using Rein.Protocol.Workers;

namespace Rein.Worker.Ladder;

/// <summary>
/// The ladder of one attempt: ask → wait → kill → look again → report. It lives outside the thing being stopped: it climbs on its own
/// thread, reads no pipe, takes no lock of anybody and runs no code of the attempt. Every call returns at once and may be repeated.
/// </summary>
public sealed class StopLadder(StopThread thread, TimeProvider clock)
{
    /// <summary>Waits are cut in slices: a clock that is not the machine's own may jump ahead meanwhile.</summary>
    static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(250);

    /// <summary>Whoever has not proved its end by then is reported as left.</summary>
    static readonly TimeSpan s_proof = TimeSpan.FromSeconds(5);

    enum Step { Waiting, Sheltered, Asked, Killed, Ended }

    readonly Lock _gate = new();
    readonly List<IStoppable> _held = [];
    readonly TaskCompletionSource<LadderResult> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _changed = new();
    Step _step = Step.Waiting;
    long _since;
    TimeSpan _killAfter = TimeSpan.MaxValue;

    /// <summary>Completes when everything that was held is gone, or what is left is known. It never faults.</summary>
    public Task<LadderResult> Gone => _gone.Task;

    /// <summary>
    /// Takes something into the ladder's care. If the ladder climbs already, it is asked or killed at once.
    /// False: the ladder has reported, the attempt is over, and the thing was killed because nothing outlives its attempt.
    /// </summary>
    public bool Hold(IStoppable held)
    {
        Step step;
        lock (_gate)
        {
            step = _step;
            if (step != Step.Ended) _held.Add(held);
        }

        if (step == Step.Asked) Quietly(held.Ask);
        if (step is Step.Killed or Step.Ended) Quietly(held.Kill);
        thread.Post(() => _ = NoticeAsync(held));
        return step != Step.Ended;
    }

    /// <summary>Awaited on the ladder's thread, so that the news needs no thread of the pool.</summary>
    async Task NoticeAsync(IStoppable held)
    {
        await held.Gone;
        Change();
    }

    /// <summary>
    /// A stop: asks everything that is held, and kills after <paramref name="killIn"/>, counted on the monotonic clock. Called again, the
    /// moment of the kill only moves earlier.
    /// </summary>
    /// <param name="killIn">At least 0.</param>
    /// <param name="askLater">The question waits for <see cref="AskNow"/>, at the latest until the kill; the time runs from now.</param>
    public void Climb(TimeSpan killIn, bool askLater = false)
    {
        Begin(askLater ? Step.Sheltered : Step.Asked, ask: !askLater, killIn);
        if (!askLater) AskNow();
    }

    /// <summary>What made a question wait is over: everybody is asked, if a stop has come meanwhile and nobody was.</summary>
    public void AskNow()
    {
        lock (_gate)
        {
            if (_step != Step.Sheltered) return;
            _step = Step.Asked;
        }

        thread.Post(() => ForAll(held => held.Ask()));
    }

    /// <summary>
    /// No question and no grace: kills what is held. Also what a plain end of an attempt calls, since nothing outlives it; then the
    /// rung tells whether somebody was left.
    /// </summary>
    public void Force() => Begin(Step.Asked, ask: false, TimeSpan.Zero);

    void Begin(Step first, bool ask, TimeSpan killIn)
    {
        bool begins;
        lock (_gate)
        {
            begins = _step == Step.Waiting;
            if (begins)
            {
                _step = first;
                _since = clock.GetTimestamp();
            }

            var now = clock.GetElapsedTime(_since);
            var after = killIn >= TimeSpan.MaxValue - now ? TimeSpan.MaxValue : now + killIn;
            if (after < _killAfter) _killAfter = after;
        }

        if (begins) _ = thread.Run(() => ClimbAsync(ask));
        Change();
    }

    async Task<LadderResult> ClimbAsync(bool ask)
    {
        if (ask) ForAll(held => held.Ask());
        TimeSpan? killedAfter = null;
        if (!await HasEndedWithinAsync(() => _killAfter - clock.GetElapsedTime(_since)))
        {
            killedAfter = clock.GetElapsedTime(_since);
            lock (_gate) _step = Step.Killed;
            ForAll(held => held.Kill());
            var killed = Stopwatch.GetTimestamp();
            await HasEndedWithinAsync(() => s_proof - Stopwatch.GetElapsedTime(killed));
        }

        return Report(killedAfter);
    }

    async Task<bool> HasEndedWithinAsync(Func<TimeSpan> left)
    {
        while (true)
        {
            Task changed;
            TimeSpan wait;
            lock (_gate)
            {
                if (_held.TrueForAll(held => held.Gone.IsCompleted))
                {
                    // Under the lock: whoever is held from now on is told that the attempt is over.
                    _step = Step.Ended;
                    return true;
                }

                changed = _changed.Task;
                wait = left();
            }

            if (wait <= TimeSpan.Zero) return false;
            await Task.WhenAny(changed, thread.Pause(wait < s_slice ? wait : s_slice));
        }
    }

    LadderResult Report(TimeSpan? killedAfter)
    {
        IStoppable[] held;
        lock (_gate)
        {
            _step = Step.Ended;
            held = [.. _held];
        }

        var endings = held.Select(one => one.Gone.IsCompletedSuccessfully ? one.Gone.Result : Unproved(one)).ToArray();
        var result = LadderResult.Of(endings, clock.GetElapsedTime(_since), killedAfter);
        _gone.SetResult(result);
        return result;
    }

    /// <summary>
    /// Completes when nothing of what was held is left, however long after <see cref="Gone"/>; at once when that left nothing. What
    /// <see cref="Gone"/> named as left, this proves.
    /// </summary>
    public async Task<LadderResult> Cleared()
    {
        var result = await Gone;
        if (result.Residuals.Count == 0) return result;
        IStoppable[] held;
        lock (_gate) held = [.. _held];
        var endings = new List<Ending>(held.Length);
        foreach (var one in held)
        {
            var ending = await one.Gone;
            if (ending.Residuals.Count > 0) await one.Cleared;
            endings.Add(ending with { Residuals = [] });
        }

        return LadderResult.Of(endings, clock.GetElapsedTime(_since), result.KilledAfter);
    }

    static Ending Unproved(IStoppable held) =>
        new(null, null, Containment.None, [new Residual(held.Kind, held.Id, $"no proof of its end within {s_proof.TotalSeconds} s")]);

    void ForAll(Action<IStoppable> action)
    {
        IStoppable[] held;
        lock (_gate) held = [.. _held];
        foreach (var one in held) Quietly(() => action(one));
    }

    /// <summary>
    /// A thing that throws when asked has to be killed, and one that cannot be killed reported; neither may stop the ladder.
    /// </summary>
    static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // What counts is the proof, or its absence, and that is in Gone.
        }
    }

    void Change()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new();
        }

        changed.TrySetResult();
    }
}
