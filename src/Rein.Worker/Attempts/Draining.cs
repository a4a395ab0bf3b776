using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>
/// The server wants the session to be empty. Nothing new comes; what is still held when the time has passed is asked to end and handed back, which is no
/// failed try. The time is said anew by every heartbeat, so that a lost frame costs one.
/// </summary>
sealed class Draining(AttemptHome home, TimeSpan grace)
{
    readonly Lock gate = new();
    ITimer? due;

    public void Hear(DrainFrame frame)
    {
        lock (gate)
        {
            due?.Dispose();
            due = !frame.IsOver && frame.HandBackInMs is { } ms
                ? home.Time.CreateTimer(_ => HandBack(), null, TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan)
                : null;
        }
    }

    /// <summary>A heartbeat was answered: with a drain, or without one.</summary>
    public void Beaten(IReadOnlyList<CommandFrame> frames)
    {
        if (!frames.Any(frame => frame is DrainFrame))
            Over();
    }

    void HandBack()
    {
        foreach (var attempt in home.Held)
            attempt.Stop(new(StopNotices.Shutdown, "its session is drained"), grace);
    }

    public void Over()
    {
        lock (gate)
        {
            due?.Dispose();
            due = null;
        }
    }
}
