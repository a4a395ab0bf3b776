namespace Rein.Core.Runs;

/// <summary>Where the wish came from. Only <see cref="Manual"/> and <see cref="Panic"/> are a person's; the rest is the system's.</summary>
public enum StopOrigin
{
    Manual,
    Parent,
    Superseded,
    Deadline,
    QueueTtl,
    Budget,
    Panic,
    Policy,
}

public static class StopOrigins
{
    /// <summary>The cause of a run that this origin ended.</summary>
    public static Cause ToCause(this StopOrigin origin) => (Cause)((int)Cause.Manual + (int)origin);

    /// <summary>Somebody has called it, and no rule.</summary>
    public static bool IsByHand(this StopOrigin origin) => origin is StopOrigin.Manual or StopOrigin.Panic;

    /// <summary>Panic wants everything to be still, and a run that expired in the queue has nothing to clean up.</summary>
    public static bool SkipsCleanUp(this StopOrigin origin) => origin is StopOrigin.Panic or StopOrigin.QueueTtl;
}
