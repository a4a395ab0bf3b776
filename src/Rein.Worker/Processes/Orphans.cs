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
    readonly HashSet<int> _roots = [];

    /// <summary>Spawns under way, numbered as they began.</summary>
    readonly SortedSet<long> _spawns = [];

    /// <summary>Zombies that the end of a spawn decides about, and the latest that had begun when they were seen.</summary>
    readonly Dictionary<int, long> _undecided = [];

    long _latestSpawn;

    Orphans() { }

    /// <summary>Orphans come to this process: because it adopts them, or because it is the first of its container.</summary>
    public bool ComeToUs { get; private set; } = Environment.ProcessId == 1;

    public void Adopt() => ComeToUs |= Libc.PrCtl(SetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>
    /// Runs a spawn and remembers its root before anybody could take its zombie for an orphan's.
    /// </summary>
    public (int Pid, int Error) Spawning(Func<(int Pid, int Error)> spawn)
    {
        long number;
        lock (_gate) _spawns.Add(number = ++_latestSpawn);
        (int Pid, int Error) spawned = (0, -1);
        try
        {
            return spawned = spawn();
        }
        finally
        {
            HasSpawned(number, spawned);
        }
    }

    void HasSpawned(long number, (int Pid, int Error) spawned)
    {
        lock (_gate)
        {
            if (spawned.Error == 0) _roots.Add(spawned.Pid);
            _spawns.Remove(number);
            foreach (var (pid, latest) in _undecided)
            {
                if (_spawns.Count > 0 && _spawns.Min <= latest) continue;
                _undecided.Remove(pid);
                if (!_roots.Contains(pid)) ExitStatus.Reap(pid);
            }
        }
    }

    /// <summary>
    /// A zombie seen while something is being spawned may be a root that is not remembered yet: the end of those spawns decides, and of none that
    /// begins behind it, for otherwise starts that overlap without a gap would let no zombie be buried.
    /// </summary>
    public void Reap(int pid)
    {
        lock (_gate)
        {
            if (_roots.Contains(pid)) return;
            if (_spawns.Count > 0) _undecided.TryAdd(pid, _latestSpawn);
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
