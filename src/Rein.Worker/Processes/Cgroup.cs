using System.Globalization;
using System.Text;
using Rein.Protocol.Workers;

namespace Rein.Worker.Processes;

/// <summary>
/// A cgroup v2 of one process and its descendants. The kernel kills all of it at once and says when it is empty. The process table is asked as
/// well, at the end: for somebody with the right to move himself out of the cgroup, and for the zombies of those who died without a parent.
/// </summary>
sealed class Cgroup(string path, Tree tree) : IContainer
{
    public Containment Containment => Containment.Cgroup;

    /// <summary>False when the process cannot be moved here.</summary>
    public bool TryEnter(int pid) => TryWrite("cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));

    public async Task<IReadOnlyList<Residual>> LookAsync()
    {
        var inside = LookInside();
        return inside.Count > 0 ? inside : await tree.LookAsync();
    }

    public IReadOnlyList<Residual> LookInside()
    {
        if (!IsPopulated()) return [];
        var members = Members().Select(ResidualOf).ToArray();
        return members.Length > 0 ? members : [new Residual("cgroup", path, "it, or a cgroup below it, is populated or cannot be read")];
    }

    bool IsPopulated() => Read("cgroup.events") is not { } events || events.Contains("populated 1", StringComparison.Ordinal);

    public IEnumerable<ProcStat> Members()
    {
        foreach (var line in (Read("cgroup.procs") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (ProcStat.TryRead(int.Parse(line, CultureInfo.InvariantCulture), out var stat) && stat.IsAlive)
                yield return stat;
    }

    static Residual ResidualOf(ProcStat member) => new("process", $"{member.Pid}@{member.Start}",
        member.State == 'D' ? "in uninterruptible sleep" : "still there after SIGKILL");

    public void Kill()
    {
        _ = TryWrite("cgroup.kill", "1");
        tree.Kill();
    }

    /// <summary>Empty when the cgroup is no more; null when it could not be read, which proves nothing.</summary>
    string? Read(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, file));
        }
        catch (IOException e)
        {
            return e is DirectoryNotFoundException or FileNotFoundException ? "" : null;
        }
    }

    bool TryWrite(string file, string text)
    {
        try
        {
            using var stream = new FileStream(Path.Combine(path, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Close()
    {
        Remove();
        tree.Close();
    }

    /// <summary>Cgroups are folders to rmdir, the ones that the processes made below included; the files in them are the kernel's.</summary>
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
