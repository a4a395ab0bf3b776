namespace Rein.Core.Runs;

/// <summary>What is known of a stopped run's execution, over every attempt ever handed out. Ordered from strongest to weakest.</summary>
public enum Verdict
{
    /// <summary>Nothing of it ever started (proved).</summary>
    NeverStarted,

    /// <summary>Everything ended by itself (proved).</summary>
    Exited,

    /// <summary>Something had to be killed, and is gone (proved).</summary>
    Killed,

    /// <summary>It can no longer count, but nobody has proved that it is gone.</summary>
    Fenced,
}
