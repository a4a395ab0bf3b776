namespace Rein.Worker.Attempts;

/// <summary>
/// The dead man's switch: a worker that has had no answer of its server for too long stops what it holds by itself, because nobody else can any more. It is
/// counted on the worker's monotonic clock, and only while the worker itself was awake: one that was suspended, or whose clock has jumped, has not listened and gives
/// the server its time first.
/// </summary>
sealed class Silence(TimeSpan longest)
{
    const int LooksPerSilence = 16;
    static readonly TimeSpan RarestLook = TimeSpan.FromSeconds(5);

    TimeSpan least;
    TimeSpan quiet;
    long looked;
    int answered;
    bool hasActed;

    /// <summary>The server has said something.</summary>
    public void Answered() => Volatile.Write(ref answered, 1);

    /// <summary>Less than three heartbeats is no silence: a single lost answer would stop everything.</summary>
    public void AtLeast(TimeSpan heartbeat) => least = 3 * heartbeat;

    TimeSpan Allowed => longest > least ? longest : least;

    /// <summary>On the ladders' thread, so that code which blocks the pool does not keep it from being stopped.</summary>
    public async Task<int> Watch(AttemptHome home, CancellationToken stop)
    {
        var acted = 0;
        looked = home.Time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            await home.Thread.Pause(Tick);
            acted += Look(home);
        }
        return acted;
    }

    TimeSpan Tick => Allowed / LooksPerSilence < RarestLook ? Allowed / LooksPerSilence : RarestLook;

    /// <returns>How many attempts it has asked.</returns>
    int Look(AttemptHome home)
    {
        var since = home.Time.GetElapsedTime(looked);
        looked = home.Time.GetTimestamp();
        if (Interlocked.Exchange(ref answered, 0) == 1)
        {
            (quiet, hasActed) = (TimeSpan.Zero, false);
            return 0;
        }
        // A look that comes late was not the server's silence but our own absence.
        quiet += since < 2 * Tick ? since : 2 * Tick;
        if (quiet < Allowed || hasActed)
            return 0;
        hasActed = true;
        var held = home.Held;
        foreach (var attempt in held)
            attempt.StopForSilence(Allowed);
        return held.Count;
    }
}
