namespace Rein.Worker.Processes;

/// <summary>
/// Makes the worker the parent of its descendants' orphans, and buries them: whoever else would inherit them, the first process of a
/// container above all, may do so late or never. Roots are not orphans: their zombies are kept on purpose. Children of
/// System.Diagnostics.Process are never seen here, because they stay in the worker's session.
/// </summary>
sealed class Orphans
{
    /// <summary>One per operating system process, whose children they are, however many hosts it has.</summary>
    public static readonly Orphans OfThisProcess = new();

    const int SetChildSubreaper = 36;

    readonly Lock _gate = new();
    readonly HashSet<int> _roots = [], _undecided = [];
    int _beingSpawned;

    Orphans() { }

    /// <summary>Orphans come to this process: because it adopts them, or because it is the first of its container.</summary>
    public bool ComeToUs { get; private set; } = Environment.ProcessId == 1;

    public void Adopt() => ComeToUs |= Libc.PrCtl(SetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>
    /// Runs a spawn and remembers its root before anybody could take its zombie for an orphan's.
    /// </summary>
    public (int Pid, int Error) Spawning(Func<(int Pid, int Error)> spawn)
    {
        lock (_gate) _beingSpawned++;
        (int Pid, int Error) spawned = (0, -1);
        try
        {
            return spawned = spawn();
        }
        finally
        {
            HasSpawned(spawned);
        }
    }

    void HasSpawned((int Pid, int Error) spawned)
    {
        lock (_gate)
        {
            if (spawned.Error == 0) _roots.Add(spawned.Pid);
            if (--_beingSpawned > 0) return;
            foreach (var pid in _undecided)
                if (!_roots.Contains(pid)) ExitStatus.Reap(pid);
            _undecided.Clear();
        }
    }

    /// <summary>
    /// A zombie seen while something is being spawned may be a root that is not remembered yet: the end of the spawn decides.
    /// </summary>
    public void Reap(int pid)
    {
        lock (_gate)
        {
            if (_roots.Contains(pid)) return;
            if (_beingSpawned > 0) _undecided.Add(pid);
            else ExitStatus.Reap(pid);
        }
    }

    public void ReapRoot(int pid)
    {
        lock (_gate)
        {
            ExitStatus.Reap(pid);
            _roots.Remove(pid);
            _undecided.Remove(pid);
        }
    }
}
