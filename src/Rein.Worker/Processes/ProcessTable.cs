using System.Collections.Concurrent;
using System.IO.Enumeration;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>
/// The one reader of <c>/proc</c>. A look that is asked for while others wait is the same look, so a hundred ladders cost one scan; and it
/// reads only those anew whom it is about, or of whom it cannot be sure that they are still who they were. What it remembers of each process
/// is touched on the <see cref="StopThread"/> only.
/// </summary>
sealed class ProcessTable(StopThread thread, WorkerName worker)
{
    static readonly TimeSpan s_afterBlindness = TimeSpan.FromMilliseconds(20);

    readonly ConcurrentDictionary<uint, Tree> _trees = new();
    readonly Dictionary<int, SeenProcess> _seen = [];
    readonly List<SeenProcess> _unknown = [];
    readonly HashSet<Tree> _wanted = [];
    readonly Kinship _kinship = new(worker);
    readonly int _self = Environment.ProcessId, _ownSession = Libc.GetSid(0);
    TaskCompletionSource? _next;
    Tree? _formerLife;
    uint _scan;
    PidCursor _now;

    public Tree Plant(Marker marker)
    {
        var tree = new Tree(this, marker);
        _trees[marker.Number] = tree;
        return tree;
    }

    /// <summary>
    /// Attributes what is marked as this worker's, but belongs to none of its trees, to a tree of its own. Only on the stop thread.
    /// </summary>
    public Tree PlantFormerLife()
    {
        foreach (var seen in _seen.Values) seen.TryAgain();
        return _formerLife = new Tree(this, marker: null);
    }

    /// <summary>Whether a cgroup, by its name <c>attempt.number</c>, belongs to something of this life.</summary>
    public bool KnowsCgroup(string cgroup) =>
        uint.TryParse(cgroup[(cgroup.LastIndexOf('.') + 1)..], out var number) && _trees.ContainsKey(number);

    public void Forget(Tree tree)
    {
        if (tree == _formerLife) _formerLife = null;
        if (tree.Marker is { } marker) _trees.TryRemove(marker.Number, out _);
    }

    /// <summary>
    /// Completes after a scan that began later than this call, and that read every process anew which may belong to <paramref name="tree"/>.
    /// Only on the stop thread.
    /// </summary>
    public Task LookAsync(Tree tree)
    {
        _wanted.Add(tree);
        return LookAsync();
    }

    /// <summary>The same for all trees.</summary>
    public Task LookAtAllAsync()
    {
        _wanted.UnionWith(_trees.Values);
        return LookAsync();
    }

    Task LookAsync()
    {
        if (_next is null)
        {
            _next = new();
            thread.Post(Scan);
        }

        return _next.Task;
    }

    void Scan()
    {
        var looked = _next!;
        _next = null;
        try
        {
            SeeAll();
            _wanted.Clear();
            looked.SetResult();
        }
        catch (IOException)
        {
            // Out of handles or memory. Not to see is no proof that nothing is there: whoever waits goes on waiting.
            _ = AgainAsync(looked);
        }
    }

    async Task AgainAsync(TaskCompletionSource looked)
    {
        await thread.Pause(s_afterBlindness);
        await LookAsync();
        looked.SetResult();
    }

    void SeeAll()
    {
        _scan++;
        _now = PidCursor.Read();
        _unknown.Clear();
        foreach (var pid in Pids()) See(pid);
        Attribute();
        foreach (var (pid, seen) in _seen)
            if (seen.Scan != _scan) _seen.Remove(pid);
        Tell();
    }

    static FileSystemEnumerable<int> Pids() =>
        new("/proc", static (ref entry) => int.Parse(entry.FileName))
        {
            ShouldIncludePredicate = static (ref entry) => char.IsAsciiDigit(entry.FileName[0]),
        };

    /// <summary>
    /// Nobody in our own session is an attempt's: each begins with a session of its own, and none can enter ours. Strangers, and who belongs
    /// to a tree that nobody asks about, are taken for who they were while their pids cannot have been handed out again.
    /// </summary>
    void See(int pid)
    {
        if (_seen.TryGetValue(pid, out var seen) && !IsAskedAbout(seen) && _now.IsSameProcess(pid, seen.At))
        {
            seen.Scan = _scan;
            return;
        }

        if (pid == _self || !ProcStat.TryRead(pid, out var stat) || stat.Session == _ownSession) return;
        if (seen is null || seen.Stat.Start != stat.Start) _seen[pid] = seen = new SeenProcess();
        seen.Stat = stat;
        seen.Scan = _scan;
        seen.At = _now;
        if (seen.NeedsOwner) _unknown.Add(seen);
    }

    bool IsAskedAbout(SeenProcess seen) => seen.Owner is { } owner ? _wanted.Contains(owner) : !seen.IsStranger;

    /// <summary>
    /// First by what each carries, then by kin, until nobody new is found: a parent may stand behind its child in the list.
    /// </summary>
    void Attribute()
    {
        foreach (var seen in _unknown) seen.Owner = _kinship.ByMark(seen.Stat, _trees, _formerLife);
        foreach (var tree in _trees.Values)
            if (tree.Root > 0 && _seen.TryGetValue(tree.Root, out var root)) root.Owner = tree;

        if (_unknown.Count > 0)
        {
            var sessions = Kinship.Sessions(_seen.Values, _trees.Values);
            while (_unknown.RemoveAll(seen => seen.Owner is not null || Kinship.Adopt(seen, _seen, sessions)) > 0) { }
            foreach (var seen in _unknown) seen.HasNoOwner();
        }
    }

    void Tell()
    {
        foreach (var tree in _trees.Values) tree.Members.Clear();
        _formerLife?.Members.Clear();
        foreach (var seen in _seen.Values)
        {
            if (seen.Stat.IsAlive) seen.Owner?.Members.Add(seen.Stat);
            else if (seen.Stat.Parent == _self) Orphans.OfThisProcess.Reap(seen.Stat.Pid);
        }
    }
}
