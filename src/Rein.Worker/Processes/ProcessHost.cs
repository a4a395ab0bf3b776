using System.Collections.Concurrent;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>Starts the processes of one worker, contained as well as this machine allows. Linux only.</summary>
public sealed class ProcessHost : IAsyncDisposable
{
    const int MostStartsAtOnce = 8;

    readonly ConcurrentDictionary<int, ContainedProcess> _live = new();
    readonly SemaphoreSlim _starts = new(MostStartsAtOnce);
    readonly ExitWatch _exits;
    readonly Upkeep _upkeep;
    uint _lastNumber = (uint)Random.Shared.Next();

    /// <param name="installation">Names the installation, so that two on one machine never touch each other's processes.</param>
    /// <param name="worker">Names the worker within it; the same in its next life, which sweeps what this one leaves.</param>
    /// <param name="thread">The worker's ladder thread.</param>
    /// <param name="atMost">The strongest containment to use; what cannot be had falls back to <see cref="Containment.Tree"/>.</param>
    /// <exception cref="ArgumentException">A name contains more than letters, digits, '-', '_' and '.'.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    public ProcessHost(string installation, string worker, StopThread thread, Containment atMost = Containment.Cgroup)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Processes are contained on Linux only.");
        Worker = new WorkerName(installation, worker);
        Thread = thread;
        Table = new ProcessTable(thread, Worker);
        var whyNot = "only a tree was asked for";
        Cgroups = atMost == Containment.Cgroup ? CgroupFolder.Make(Worker, out whyNot) : null;
        WhyNoCgroup = Cgroups is null ? whyNot : null;
        Orphans.OfThisProcess.Adopt();
        _exits = new ExitWatch();
        _upkeep = new Upkeep(Table, () => !_live.IsEmpty, thread);
    }

    /// <summary>What processes are held by, if nothing stands against it.</summary>
    public Containment Containment => Cgroups is null ? Containment.Tree : Containment.Cgroup;

    /// <summary>Why not by a cgroup; null when they are.</summary>
    public string? WhyNoCgroup { get; }

    internal WorkerName Worker { get; }

    internal StopThread Thread { get; }

    internal ProcessTable Table { get; }

    internal CgroupFolder? Cgroups { get; }

    /// <summary>
    /// Starts a process, or says why not, on a thread of its own: the kernel may take many milliseconds to move a process into its cgroup, and
    /// what is blocked meanwhile must not be a thread of the pool, where the proof of a stop may be waiting. Begins eight at once.
    /// </summary>
    /// <param name="spec">What to start, and for whom.</param>
    /// <param name="hold">Takes the process into somebody's care, <see cref="StopLadder.Hold"/> above all, before its program begins.</param>
    /// <param name="stop">
    /// Fires when the attempt is stopped: then nothing is started, and what was being started does not become the program (a few programs,
    /// which cannot wait to be let go on, may begin to; whoever holds them ends them).
    /// </param>
    /// <exception cref="ArgumentException">The attempt's name contains more than letters, digits, '-', '_' and '.'.</exception>
    public async Task<StartOutcome> StartAsync(ProcessSpec spec, Func<IStoppable, bool>? hold = null, CancellationToken stop = default)
    {
        var turn = _starts.WaitAsync(stop);
        await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!turn.IsCompletedSuccessfully) return Processes.Start.TooLate;
        try
        {
            return await Task.Factory.StartNew(() => Begin(spec, hold, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        finally
        {
            _starts.Release();
        }
    }

    /// <summary>The same on the caller's thread, which it blocks.</summary>
    /// <exception cref="ArgumentException">The attempt's name contains more than letters, digits, '-', '_' and '.'.</exception>
    public StartOutcome Start(ProcessSpec spec) => Begin(spec, hold: null, CancellationToken.None);

    StartOutcome Begin(ProcessSpec spec, Func<IStoppable, bool>? hold, CancellationToken stop)
    {
        WorkerName.Demand(spec.Attempt);
        return new Start(this, spec, NextMarker(spec.Attempt), hold, stop).Run();
    }

    /// <summary>Numbers begin anywhere, so that what a former life left does not pass for this one's.</summary>
    Marker NextMarker(string attempt) => new(Worker, attempt, Interlocked.Increment(ref _lastNumber) & WorkerName.LargestNumber);

    /// <summary>It is there, though its program may not have begun: from here on its end is noticed.</summary>
    internal void Attend(ContainedProcess process)
    {
        _live[process.Pid] = process;
        _exits.Watch(process);
        _upkeep.Begin();
    }

    internal void Forget(ContainedProcess process) => _exits.Forget(process);

    internal void LetGo(ContainedProcess process) => _live.TryRemove(new(process.Pid, process));

    /// <summary>Ends by force what still runs, waits until that is known, and removes what the host itself made.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _live.Values) process.Kill();
        foreach (var process in _live.Values)
            if ((await process.Gone.ConfigureAwait(false)).Residuals.Count == 0) await process.Cleared.ConfigureAwait(false);
        _exits.Dispose();
        Cgroups?.Close();
    }
}
