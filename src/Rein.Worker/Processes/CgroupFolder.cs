namespace Rein.Worker.Processes;

/// <summary>Where this worker can make cgroups: a folder of its own below the cgroup it runs in.</summary>
sealed class CgroupFolder
{
    static readonly EnumerationOptions s_everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    readonly string _path;

    CgroupFolder(string path) => _path = path;

    /// <summary>
    /// Null, with the reason, where none can be made: no cgroup v2, no right to it, a kernel without cgroup.kill, no shell for the
    /// gate.
    /// </summary>
    public static CgroupFolder? Make(WorkerName worker, out string? whyNot)
    {
        whyNot = null;
        try
        {
            if (!Gate.IsAvailable) whyNot = "there is no /bin/sh to hold a process until it stands in its cgroup";
            else if (Mount() is not { } mount) whyNot = "no cgroup v2 is mounted";
            else
            {
                var path = Path.Combine(Own(mount), worker.Folder);
                Directory.CreateDirectory(path);
                if (File.Exists(Path.Combine(path, "cgroup.kill"))) return new CgroupFolder(path);
                Directory.Delete(path);
                whyNot = "the kernel is older than 5.14 and knows no cgroup.kill";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            whyNot = e.Message;
        }

        return null;
    }

    /// <summary>A line reads: id parent device root mountpoint options … - type source options.</summary>
    static string? Mount() =>
        File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
            .FirstOrDefault(fields => fields[fields.IndexOf("-") + 1] == "cgroup2")?[4]
            .Replace("\\040", " ", StringComparison.Ordinal);

    static string Own(string mount)
    {
        var own = File.ReadLines("/proc/self/cgroup").First(line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        var path = Path.Combine(mount, own.TrimStart('/'));
        return Directory.Exists(path) ? path : mount;
    }

    /// <summary>Null when it cannot be made after all, for example because the machine has too many.</summary>
    public Cgroup? TryAdd(Tree tree)
    {
        try
        {
            var path = Path.Combine(_path, $"{tree.Marker!.Attempt}.{tree.Marker.Number}");
            Directory.CreateDirectory(path);
            return new Cgroup(path, tree);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a former life of this worker left, wherever in the hierarchy it ran.</summary>
    public static IEnumerable<string> LeftoversOf(WorkerName worker) =>
        Mount() is not { } mount
            ? []
            : Directory.EnumerateDirectories(mount, worker.Folder, s_everywhere)
                .SelectMany(Directory.EnumerateDirectories);

    public void Close()
    {
        try
        {
            Directory.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something is left in it; the next life sweeps it.
        }
    }
}
