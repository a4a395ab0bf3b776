using System.Globalization;
using System.Text;
using Rein.Protocol.Workers;

namespace Rein.Worker.Processes;

/// <summary>
/// A cgroup v2 of one process and its descendants. The kernel kills all of it at once and says when it is empty. The process table is
/// asked as well, at the end: for somebody with the right to move himself out of the cgroup, and for the zombies of those who died
/// without a parent.
/// </summary>
sealed class Cgroup(string path, Tree tree) : IContainer
{
    readonly byte[] _events = FileIn(path, "cgroup.events"), _members = FileIn(path, "cgroup.procs"), _kill = FileIn(path, "cgroup.kill");

    static byte[] FileIn(string path, string name) => Encoding.UTF8.GetBytes($"{path}/{name}\0");

    /// <summary>Whoever dies takes some milliseconds; only who is still there after so many looks is worth being named.</summary>
    const int LooksBeforeNames = 6;

    int _looks;

    public Containment Containment => Containment.Cgroup;

    /// <summary>False when the process cannot be moved here.</summary>
    public bool TryEnter(int pid) => RawFile.TryWrite(_members, Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)));

    public async Task<IReadOnlyList<Residual>> LookAsync()
    {
        var inside = LookInside();
        return inside.Count > 0 ? inside : await tree.LookAsync();
    }

    public IReadOnlyList<Residual> LookInside()
    {
        try
        {
            if (!IsPopulated()) return [];
            if (++_looks > LooksBeforeNames && Members() is { Count: > 0 } members) return [.. members.Select(ResidualOf)];
        }
        catch (BlindException)
        {
            // Not to see is no proof that nobody is there.
        }

        return [new Residual("cgroup", path, "it, or a cgroup below it, is populated or cannot be read")];
    }

    /// <summary>A cgroup that is gone is empty: it can be removed only then.</summary>
    bool IsPopulated()
    {
        Span<byte> events = stackalloc byte[256];
        return events[..RawFile.Read(_events, events)].IndexOf("populated 1"u8) >= 0;
    }

    public IReadOnlyList<ProcStat> Members()
    {
        var buffer = new byte[64 * 1024];
        var text = Encoding.ASCII.GetString(buffer, 0, RawFile.Read(_members, buffer));
        var members = new List<ProcStat>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (ProcStat.TryRead(int.Parse(line, CultureInfo.InvariantCulture), out var stat) && stat.IsAlive)
                members.Add(stat);
        return members;
    }

    static Residual ResidualOf(ProcStat member) => new("process", $"{member.Pid}@{member.Start}",
        member.State == 'D' ? "in uninterruptible sleep" : "still there after SIGKILL");

    public void Kill()
    {
        _ = RawFile.TryWrite(_kill, "1"u8);
        tree.Kill();
    }

    public void Close()
    {
        Remove();
        tree.Close();
    }

    /// <summary>
    /// Cgroups are folders to rmdir, the ones that the processes made below included; the files in them are the kernel's.
    /// </summary>
    public void Remove()
    {
        try
        {
            foreach (var below in Directory.GetDirectories(path, "*", SearchOption.AllDirectories).OrderByDescending(one => one.Length))
                Directory.Delete(below);
            Directory.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is still being emptied, or gone already; the next life removes what stays.
        }
    }
}
