using System.Collections.Concurrent;

namespace Rein.Worker.Processes;

/// <summary>
/// Makes the worker the parent of its descendants' orphans, and buries them. Roots are not orphans: their zombies are kept on purpose.
/// Children of System.Diagnostics.Process are never seen here, because they stay in the worker's session.
/// </summary>
sealed class Orphans
{
    /// <summary>One per operating system process, whose children they are, however many hosts it has.</summary>
    public static readonly Orphans OfThisProcess = new();

    const int SetChildSubreaper = 36;

    readonly ConcurrentDictionary<int, byte> _roots = new();
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
        Interlocked.Increment(ref _beingSpawned);
        try
        {
            var (pid, error) = spawn();
            if (error == 0) _roots[pid] = 0;
            return (pid, error);
        }
        finally
        {
            Interlocked.Decrement(ref _beingSpawned);
        }
    }

    /// <summary>A zombie seen while something was being spawned may be a root that is not remembered yet: the next look reaps it.</summary>
    public void Reap(int pid)
    {
        if (Volatile.Read(ref _beingSpawned) == 0 && !_roots.ContainsKey(pid)) ExitStatus.Reap(pid);
    }

    public void ReapRoot(int pid)
    {
        ExitStatus.Reap(pid);
        _roots.TryRemove(pid, out _);
    }
}
