namespace Rein.Protocol.Workers;

/// <summary>How far the ladder had to go. No rung at all means that nothing had to be done, or that nothing is proved.</summary>
public enum Rung
{
    /// <summary>The code was told, and ended.</summary>
    Asked,

    /// <summary>SIGTERM was sent to the process group, and it ended.</summary>
    Terminated,

    /// <summary>SIGKILL was needed for at least one process, or its container was destroyed.</summary>
    Killed,
}
