namespace Rein.Worker.Processes;

/// <summary>One process as the table remembers it.</summary>
sealed class SeenProcess
{
    /// <summary>
    /// A process just forked may be seen before it carries the marker in its environment; later ones have what they will ever have.
    /// </summary>
    const int EnoughTries = 3;

    int _tries;

    public ProcStat Stat { get; set; }

    public Tree? Owner { get; set; }

    /// <summary>The scan that saw it last.</summary>
    public uint Scan { get; set; }

    /// <summary>Before its stat was read.</summary>
    public PidCursor At { get; set; }

    public bool IsStranger => Owner is null && _tries >= EnoughTries;

    public bool NeedsOwner => Owner is null && _tries < EnoughTries && Stat.IsAlive;

    public void HasNoOwner() => _tries++;

    /// <summary>There is a new tree that it could belong to.</summary>
    public void TryAgain() => _tries = 0;
}
