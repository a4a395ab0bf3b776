namespace Rein.Protocol.Workers;

/// <summary>What held the processes of an attempt together, weakest first; the strength of the proof that they are gone.</summary>
public enum Containment
{
    /// <summary>There was no process.</summary>
    None,

    /// <summary>A subreaper, inherited marks, and the remembered tree of (pid, start time).</summary>
    Tree,

    /// <summary>A cgroup v2 of its own: the kernel itself says when nobody is left.</summary>
    Cgroup,
}
